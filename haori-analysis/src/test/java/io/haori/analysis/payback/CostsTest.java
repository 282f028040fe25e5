package io.haori.analysis.payback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostsTest {
  private static final String LEAST =
      "'currency':'JPY','volume':1000,'today':{'right':0.9,'cost':100},'wrong':500";

  private static Costs read(String json) {
    try {
      return Costs.of(new ObjectMapper().readTree(("{" + json + "}").replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Test
  void whatIsLeftOutIsNothingAndAPersonWorksAsToday() {
    Costs costs = read(LEAST);
    assertThat(costs.volume()).isEqualTo(Range.of(1000));
    assertThat(costs.person()).isEqualTo(costs.today());
    assertThat(costs.setup()).isEqualTo(Range.of(0));
    assertThat(costs.outsourcing()).isNull();
    assertThat(costs.withinMonths().likely()).isEqualTo(12);
  }

  @Test
  void everyNumberMayBeARangeAndWrongAnswersMayHaveAPriceByLabel() {
    Costs costs =
        read(
            LEAST.replace("'wrong':500", "'wrong':{'usual':500,'leak':{'low':1000,'high':5000}}")
                + ",'setup':'240,000 JPY','labels':40,'label':{'low':50,'likely':60,'high':90}");
    assertThat(costs.wrong("leak")).isEqualTo(new Range(1000, 3000, 5000));
    assertThat(costs.wrong("other")).isEqualTo(Range.of(500));
    assertThat(costs.setup().likely()).isEqualTo(240_000);
    assertThat(costs.label()).isEqualTo(new Range(50, 60, 90));
    assertThat(read(LEAST.replace("500", "{'low':100,'high':300}")).wrong("any"))
        .isEqualTo(new Range(100, 200, 300));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'volume':5                                     | currency must be a name such as JPY, got nothing
          'currency':'JPY'                               | today must be right and cost, got nothing
          'currency':'JPY','today':{'right':0.9}         | today.cost must be an amount in JPY, got nothing
          'currency':'JPY','today':{'right':9,'cost':1}  | today.right must be a share in [0, 1], got 9
          'currency':'JPY','today':{'right':1,'cost':-1} | today.cost must be at least 0, got -1.0
          'currency':'JPY','today':{'right':1,'cost':1},'volume':1,'wrong':'3 USD'   | wrong must be in JPY, the currency of all amounts, got 3 USD
          'currency':'JPY','today':{'right':1,'cost':1},'volume':1,'wrong':'much'    | wrong must be an amount in JPY, got much
          'currency':'JPY','today':{'right':1,'cost':1},'volume':{'low':9,'high':1},'wrong':1 | volume must be low, likely, high in ascending order, got 9.0, 5.0, 1.0
          'currency':'JPY','today':{'right':1,'cost':1},'volume':1,'wrong':1,'labels':2.5     | labels must be a whole number in [0, 10000000], got 2.5
          'currency':'JPY','volum':5                     | unknown setting "volum"; did you mean "volume"? There are "currency", "volume", "today", "person", "outsourcing", "right", "wrong", "label", "labels", "setup", "running", "withinMonths", "licences"
          """)
  void mistakesAreOneSentence(String json, String sentence) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(UserError.class).hasMessage(sentence);
  }

  @Test
  void quantilesAreThoseOfTheTriangle() {
    Range range = new Range(0, 1, 4);
    // Below the most likely value lies 1/4 of the triangle; half of it below 4 - sqrt(6).
    assertThat(range.quantile(0.25)).isCloseTo(1, within(1e-12));
    assertThat(range.quantile(0.5)).isCloseTo(4 - Math.sqrt(6), within(1e-12));
    assertThat(range.quantile(0)).isZero();
    assertThat(range.quantile(1)).isEqualTo(4);
    assertThat(new Range(2, 2, 6).quantile(0)).isEqualTo(2);
    assertThat(Range.of(3).quantile(0.7)).isEqualTo(3);
  }
}
