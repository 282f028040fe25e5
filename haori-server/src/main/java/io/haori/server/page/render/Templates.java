package io.haori.server.page.render;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateMethodModelEx;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.IOException;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The templates of the pages. Every value is escaped as HTML; a missing one is a fault. */
public final class Templates {
  private final Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
  private final Map<Language, Messages> messages = new EnumMap<>(Language.class);
  private final Map<Language, Catalogue> sentences = new EnumMap<>(Language.class);

  /** Reads nothing yet. */
  public Templates() {
    configuration.setClassLoaderForTemplateLoading(
        Templates.class.getClassLoader(), "io/haori/server/page/templates");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setURLEscapingCharset("UTF-8");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setRecognizeStandardFileExtensions(true);
    configuration.setLocalizedLookup(false);
    configuration.setNumberFormat("c");
    configuration.setTemplateUpdateDelayMilliseconds(Long.MAX_VALUE);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setWrapUncheckedExceptions(true);
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    for (Language language : Language.values()) {
      messages.put(language, Messages.of(language));
      sentences.put(language, Catalogue.of(language));
    }
  }

  /** The words of a language. */
  public Messages messages(Language language) {
    return Objects.requireNonNull(messages.get(language));
  }

  /**
   * Writes a page.
   *
   * @param name of the template
   * @param language of its words
   * @param model values by name: texts, numbers, truth values, lists, maps and public records.
   *     Templates show sentences of the program by {@code say}, in the language that {@code langOf}
   *     names
   */
  public String write(String name, Language language, Map<String, Object> model) {
    Messages words = messages(language);
    Map<String, Object> all = new HashMap<>(model);
    all.put("language", language.tag());
    all.put("t", (TemplateMethodModelEx) arguments -> text(words, arguments));
    all.put("word", (TemplateMethodModelEx) arguments -> word(words, arguments));
    Catalogue said = Objects.requireNonNull(sentences.get(language));
    all.put("say", (TemplateMethodModelEx) arguments -> said.text(first(arguments)));
    all.put("langOf", (TemplateMethodModelEx) arguments -> languageOf(said, first(arguments)));
    StringWriter out = new StringWriter();
    try {
      configuration.getTemplate(name + ".ftlh").process(all, out);
    } catch (TemplateException | IOException e) {
      throw new IllegalStateException("Template " + name + " failed", e);
    }
    return out.toString();
  }

  private static String first(List<?> arguments) {
    return String.valueOf(arguments.get(0));
  }

  /** The language in which a sentence is shown: English where there is no other for it. */
  private static String languageOf(Catalogue words, String sentence) {
    return words.text(sentence).equals(sentence) ? Language.ENGLISH.tag() : words.language().tag();
  }

  private static Object text(Messages words, List<?> arguments) {
    return words.text(
        String.valueOf(arguments.get(0)),
        arguments.stream().skip(1).map(String::valueOf).toArray());
  }

  private static Object word(Messages words, List<?> arguments) {
    return words.word(String.valueOf(arguments.get(0)), String.valueOf(arguments.get(1)));
  }
}
