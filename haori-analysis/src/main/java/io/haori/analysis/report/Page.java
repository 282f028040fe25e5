package io.haori.analysis.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A report: what it answers, in words and on top; then headings, paragraphs, tables and charts in
 * the order in which they were added. {@link #html} gives one file with everything in it. All texts
 * are taken as plain text, whatever is in them. Sentences, headings and the names of columns come
 * in English and are written in the page's language; commands, and cells of one word, stay as they
 * are.
 *
 * <pre>{@code
 * String html = new Page("haori compare").answer("Pick lora: …").heading("Accuracy").chart(chart).html();
 * }</pre>
 */
public final class Page {
  private static final String LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String title;
  private final Catalogue words;
  private final List<String> answers = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private int charts;

  /**
   * A page without content.
   *
   * @param title its first heading and its name in the browser
   */
  public Page(String title) {
    this(title, Catalogue.of(Language.ENGLISH));
  }

  /**
   * A page without content.
   *
   * @param title its first heading and its name in the browser, in English
   * @param words says it in the page's language
   */
  public Page(String title, Catalogue words) {
    this.title = words.heading(title);
    this.words = words;
  }

  /** Adds a sentence to the top; the first one is the most important. */
  public Page answer(String sentence) {
    answers.add(words.text(sentence));
    return this;
  }

  /** Begins a part. */
  public Page heading(String text) {
    return add("<h2>" + Picture.escaped(words.heading(text)) + "</h2>");
  }

  /** Adds a paragraph. */
  public Page paragraph(String text) {
    return add("<p>" + Picture.escaped(words.text(text)) + "</p>");
  }

  /** Adds what is typed at a shell. */
  public Page command(String text) {
    return add("<pre>" + Picture.escaped(text) + "</pre>");
  }

  /** Adds a list of sentences. */
  public Page list(List<String> items) {
    StringBuilder list = new StringBuilder("<ul>");
    items.forEach(
        item -> list.append("<li>").append(Picture.escaped(words.text(item))).append("</li>"));
    return add(list.append("</ul>").toString());
  }

  /** Adds a table. */
  public Page table(Grid english) {
    Grid grid = english.in(words);
    StringBuilder table = new StringBuilder("<div class=\"wide\"><table>");
    row(table, "th", grid.header(), grid);
    grid.rows().forEach(row -> row(table, "td", row, grid));
    return add(table.append("</table></div>").toString());
  }

  private static void row(StringBuilder table, String tag, List<String> cells, Grid grid) {
    table.append("<tr>");
    for (int column = 0; column < cells.size(); column++) {
      table.append('<').append(tag).append(grid.words(column) ? " class=\"words\">" : ">");
      table.append(Picture.escaped(cells.get(column))).append("</").append(tag).append('>');
    }
    table.append("</tr>\n");
  }

  /** Adds a chart. */
  public Page chart(Chart chart) {
    charts++;
    String name = words.heading(chart.title());
    return add(
        "<figure><figcaption><strong>"
            + Picture.escaped(name)
            + "</strong> "
            + Picture.escaped(words.text(chart.caption()))
            + "</figcaption><div class=\"chart\" role=\"img\" aria-label=\""
            + Picture.escaped(name)
            + "\" style=\"height:"
            + chart.height()
            + "px\"></div><script type=\"application/json\">"
            + json(chart)
            + "</script></figure>");
  }

  /** Adds a drawing, which needs no JavaScript. */
  public Page picture(Picture picture) {
    return add("<figure>" + picture.svg(words) + "</figure>");
  }

  /** Adds pictures of pixels side by side; nothing for none. */
  public Page images(List<PageImage> images) {
    if (images.isEmpty()) {
      return this;
    }
    StringBuilder all = new StringBuilder("<div class=\"images\">");
    images.forEach(image -> all.append(image.html()));
    return add(all.append("</div>").toString());
  }

  private Page add(String html) {
    body.append(html).append('\n');
    return this;
  }

  /** The whole file. */
  public String html() {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"")
        .append(words.language().tag())
        .append("\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
        .append(Picture.escaped(title))
        .append("</title>\n<style>\n")
        .append(resource("report.css"))
        .append("</style></head><body>\n<h1>")
        .append(Picture.escaped(title))
        .append("</h1>\n");
    if (!answers.isEmpty()) {
      html.append("<section class=\"answer\">");
      for (int i = 0; i < answers.size(); i++) {
        String tag = i == 0 ? "strong" : "span";
        html.append("<p><").append(tag).append('>').append(Picture.escaped(answers.get(i)));
        html.append("</").append(tag).append("></p>");
      }
      html.append("</section>\n");
    }
    html.append(body);
    if (charts > 0) {
      html.append("<noscript><p>")
          .append(words.text("The pictures need JavaScript; every figure is also in a table."))
          .append("</p></noscript>\n<script>\n")
          .append(resource(LIBRARY))
          .append("\n</script>\n<script>\n")
          .append(resource("report.js"))
          .append("</script>\n");
    }
    return html.append("</body></html>\n").toString();
  }

  /** JSON that cannot end the element that it is in. */
  private String json(Chart chart) {
    try {
      return JSON.writeValueAsString(Options.in(words, chart.option())).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(chart.title() + " has no JSON", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
