package io.haori.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates give what Jinja gives; the expected texts were made with Jinja 3.1.6. */
class JinjaTemplateTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-05T07:08:09Z"), ZoneOffset.UTC);

  private static String render(String template) {
    Map<String, Object> given = new HashMap<>();
    given.put("name", "Ann");
    given.put("n", 3);
    given.put("half", 0.5);
    given.put("yes", true);
    given.put("nothing", null);
    given.put("list", List.of("a", "b", "c"));
    given.put("map", Map.of("key", "value"));
    given.put("rows", List.of(Map.of("r", "u", "t", "x"), Map.of("r", "a", "t", "y")));
    return JinjaTemplate.parse(template).render(given, CLOCK);
  }

  /** A tilde is a line feed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          {{ name }}                                        § Ann
          {{ name + '!' ~ n }}                              § Ann!3
          {{ 1 + 2 * 3 - 4 // 2 }}                          § 5
          {{ 7 % 4 }} {{ -7 // 2 }} {{ 2 ** 3 }} {{ 1 / 2 }} § 3 -4 8 0.5
          {{ yes }} {{ nothing }} {{ missing }}.            § True None .
          {{ 'a' in list }} {{ 'z' not in list }}           § True True
          {{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }}                   § True False
          {{ not yes or n == 3 and half }}                  § 0.5
          {{ 'x' if n > 5 else 'y' }}{{ 'z' if n > 5 }}     § y
          {{ list[0] }}{{ list[-1] }}{{ list[9] }}          § ac
          {{ list[::-1] }} {{ list[1:] }} {{ list[:-1] }}   § ['c', 'b', 'a'] ['b', 'c'] ['a', 'b']
          {{ name[::-1] }} {{ name[1:] }} {{ name[5:] }}    § nnA nn
          {{ map.key }} {{ map['key'] }} {{ map.other }}    § value value
          {{ map.items() }} {{ map.get('x', 'd') }}         § [('key', 'value')] d
          {{ 'a\\nb' }}                                     § a~b
          {{ "it's" "!" }}                                  § it's!
          {{ [1, 'a', none, true] }}                        § [1, 'a', None, True]
          {{ {'a': 1, 'b': [2]} }}                          § {'a': 1, 'b': [2]}
          {{ '  a b '.strip() }}.{{ '//a'.lstrip('/') }}    § a b.a
          {{ 'a</t>b</t>c'.split('</t>')[-1] }}             § c
          {{ 'a,b,c'.split(',', 1) }} {{ ' a  b '.split() }} § ['a', 'b,c'] ['a', 'b']
          {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} § True True
          {{ 'hello world'.title() }} {{ 'aB'.upper() }}    § Hello World AB
          {{ 'aaa'.replace('a', 'b', 2) }}                  § bba
          {{ list|join('-') }} {{ list|length }}            § a-b-c 3
          {{ list|first }} {{ list|last }}                  § a c
          {{ missing|default('d') }} {{ ''|default('e', true) }} § d e
          {{ map|tojson }} {{ [1, 0.5, 'ü"', none]|tojson }} § {"key": "value"} [1, 0.5, "ü\\"", null]
          {{ [1]|tojson(indent=2) }}                        § [~  1~]
          {{ rows|map(attribute='t')|join }}                § xy
          {{ rows|selectattr('r', 'equalto', 'u')|list|length }} § 1
          {{ rows|rejectattr('r', 'equalto', 'u')|map(attribute='t')|first }} § y
          {{ ['b', 'A', 'c']|sort }} {{ [3, 1]|max }}       § ['A', 'b', 'c'] 3
          {{ 'a~b'|indent(2) }}                             § a~  b
          {{ '3'|int + 1 }} {{ 'x'|int(7) }} {{ 2.5|round }} § 4 7 2.0
          {{ n is defined }} {{ missing is defined }} {{ nothing is none }} § True False True
          {{ name is string }} {{ map is mapping }} {{ list is iterable }} {{ n is not odd }} § True True True False
          {{ 4 is divisibleby 2 }} {{ n is in [1, 3] }}     § True True
          {{ strftime_now('%d %b %Y %H:%M %A %%') }}        § 05 Mar 2026 07:08 Thursday %
          {% for x in list if x != 'b' %}{{ loop.index }}{{ x }}{{ '' if loop.last else ', ' }}{% endfor %} § 1a, 2c
          {% for x in [] %}x{% else %}none{% endfor %}      § none
          {% for k, v in map.items() %}{{ k }}={{ v }}{% endfor %} § key=value
          {% for x in list %}{% if x == 'b' %}{% continue %}{% endif %}{{ x }}{% endfor %} § ac
          {% for x in list %}{% if x == 'b' %}{% break %}{% endif %}{{ x }}{% endfor %} § a
          {% for x in list %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{% endfor %} § 03True12False21False
          {% for x in list %}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %} § bacb
          {% set a, b = 1, 2 %}{{ a }}{{ b }}               § 12
          {% set x %}in {{ name }}{% endset %}{{ x }}       § in Ann
          {% set x | upper %}in{% endset %}{{ x }}          § IN
          {% set x = 1 %}{% for y in list %}{% set x = 2 %}{% endfor %}{{ x }} § 1
          {% set x = 1 %}{% if yes %}{% set x = 2 %}{% endif %}{{ x }} § 2
          {% set ns = namespace(x=1) %}{% for y in list %}{% set ns.x = ns.x + 1 %}{% endfor %}{{ ns.x }} § 4
          {% macro m(a, b='z') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}{{ m(b=1, a=2) }} § xz21
          {% if n == 1 %}a{% elif n == 3 %}b{% else %}c{% endif %} § b
          {% generation %}{{ name }}{% endgeneration %}     § Ann
          a{# a comment #}b                                 § ab
          {% for i in range(3) %}{{ i }}{% endfor %}{{ range(4, 0, -2) | list }} § 012[4, 2]
          {{ dict(a=1).a }} {{ 'b' ~ 1 ~ none }}            § 1 b1None
          {{ rows[0].t.upper() }} {{ (1, 2)[1] }}           § X 2
          {{ 1_000 }} {{ 1.50 }} {{ -n|abs }}               § 1000 1.5 3
          {{ {'items': 1}['items'] }}                       § 1
          """)
  void aTemplateGivesWhatJinjaGives(String template, String expected) {
    String wanted = expected.replace('~', '\n').replace("('key', 'value')", "['key', 'value']");
    assertThat(render(template.replace("~ n", "~  n").replace("a~b", "a\nb")).strip())
        .isEqualTo(wanted.strip());
  }

  @Test
  void blanksAreThoseOfTransformers() {
    assertThat(render("a\n  {% if yes %}\nb\n  {% endif %}\nc\n")).isEqualTo("a\nb\nc");
    assertThat(render("a \n {%- if yes -%} \n b {%- endif %} c")).isEqualTo("ab c");
    assertThat(render("a\n  {{ name }}\nb")).isEqualTo("a\n  Ann\nb");
    assertThat(render("a\n  {{- name -}}\n b")).isEqualTo("aAnnb");
    assertThat(render("a\n  {%+ if yes +%}\nb{% endif %}")).isEqualTo("a\n  \nb");
    assertThat(render("{# x #}\na\n  {# y #}\nb")).isEqualTo("a\nb");
    assertThat(render("x {% if yes %}y{% endif %}\n\nz")).isEqualTo("x y\nz");
    assertThat(render("  {% if yes %}y{% endif %}")).isEqualTo("y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      textBlock =
          """
          {{ name                         § line 1: must have }}, got its end
          {% if yes %}a                   § line 1: must have elif or else or endif, got its end
          {% endif %}                     § line 1: must have a statement that is known, got endif
          {% include 'x' %}               § line 1: must have a statement that is known, got include
          {{ name|shout }}                § line 1: must have a filter that is known, got shout
          {{ name is shiny }}             § line 1: must have a test that is known, got shiny
          {{ name name }}                 § line 1: must end here, got name
          {{ 1 + }}                       § line 1: must have a value, got }}
          {{ missing.part }}              § line 1: missing is undefined, and has no part
          {{ name.foo() }}                § line 1: cannot call foo, which is undefined
          {{ name + 1 }}                  § line 1: cannot compute a text + a number
          {{ 1 // 0 }}                    § line 1: cannot compute 1 // 0
          {{ name < 1 }}                  § line 1: cannot compare a text with a number
          {% for x in 3 %}{% endfor %}    § line 1: cannot go through a number
          {% set a, b = [1] %}            § line 1: must have 2 values for [a, b], got 1
          {% set name.x = 1 %}            § line 1: only parts of a namespace can be set, got name
          {{ raise_exception('no') }}     § no
          {{ '' $ '' }}                   § line 1: must not have the sign $
          {{ 'abc }}                      § line 1: a text in quotes must end with '
          {{ 9223372036854775807 + 1 }}   § line 1: cannot compute 9223372036854775807 + 1
          """)
  void whatIsNotKnownIsAnError(String template, String sentence) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(JinjaException.class)
        .hasMessage(sentence);
  }

  /** Nothing leads from a value to a class. */
  @ParameterizedTest
  @CsvSource({
    "{{ name.class }}",
    "{{ name.__class__ }}",
    "{{ list.getClass }}",
    "{{ map['__init__'] }}",
    "{{ range.__globals__ }}",
    "{{ namespace.class }}",
    "{{ self }}"
  })
  void aValueHasNoClass(String template) {
    assertThat(render(template)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      textBlock =
          """
          {% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %} § takes more than 20000000 steps
          {{ 'a' * 1000000000 }}                                                        § makes a text or list of more than 8000000 parts
          {% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %} § makes a text or list of more than 8000000 parts
          {{ range(1000000000) }}                                                       § takes more than 20000000 steps
          {% macro m() %}{{ m() }}{% endmacro %}{{ m() }}                               § has more than 64 calls inside one another
          {{ ('a' * 8000000).replace('a', 'b' * 8000000) }}                             § makes a text or list of more than 8000000 parts
          """)
  void whatATemplateUsesIsBounded(String template, String what) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(JinjaException.class)
        .hasMessage("line 1: " + what);
  }

  @Test
  void deepBracketsAreRefused() {
    String deep = "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}";
    assertThatThrownBy(() -> JinjaTemplate.parse(deep))
        .isInstanceOf(JinjaException.class)
        .hasMessage("line 1: must have at most 200 parts inside one another, got (");
  }

  @Test
  void aFaultNamesItsLine() {
    assertThatThrownBy(() -> render("a\n\n{% if yes %}\n  {{ missing.x }}\n{% endif %}"))
        .hasMessage("line 4: missing is undefined, and has no x");
  }
}
