package io.haori.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.check.Check;
import io.haori.check.UserError;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** What is to be predicted, record after record, each with all of its fields. */
interface PredictInput extends AutoCloseable {
  /** The formats, by the ending of a file's name. */
  List<String> FORMATS = List.of("txt", "jsonl", "csv", "tsv");

  /**
   * One record.
   *
   * @param line where it begins, counted from 1
   * @param fields by name, in the input's order; a line of plain text has {@code text} alone
   */
  record Item(long line, Map<String, @Nullable Object> fields) {
    /** A field as text, null where there is none. */
    @Nullable String text(String name) {
      return fields.get(name) instanceof String text ? text : null;
    }
  }

  /** How errors name it. */
  Path name();

  /** The next record, waiting for it where need be; null at the end. */
  @Nullable Item next() throws IOException;

  /** Whether the next record is there without waiting. */
  boolean ready() throws IOException;

  @Override
  void close() throws IOException;

  /** Texts that were typed as options. */
  static PredictInput of(List<String> texts) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    texts.forEach(text -> all.add(Collections.singletonMap("text", text)));
    return new Listed(Path.of("--text"), all, 1);
  }

  /** Lines as they come, texts or JSON objects. */
  static PredictInput of(Path name, InputStream in, boolean json) {
    return new Lines(name, new BufferedInputStream(in), json);
  }

  /** A file of one of the formats. */
  static PredictInput of(Path file, String format) {
    try {
      InputStream in = Files.newInputStream(file);
      return format.equals("txt") || format.equals("jsonl")
          ? of(file, in, format.equals("jsonl"))
          : new Table(file, in, format);
    } catch (NoSuchFileException e) {
      throw new UserError(file + ": cannot be read (no such file)", e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** Records that are there already. */
  final class Listed implements PredictInput {
    private final Path name;
    private final List<Map<String, @Nullable Object>> all;
    private final int first;
    private int next;

    Listed(Path name, List<Map<String, @Nullable Object>> all, int first) {
      this.name = name;
      this.all = all;
      this.first = first;
    }

    @Override
    public Path name() {
      return name;
    }

    @Override
    public @Nullable Item next() {
      return next == all.size() ? null : new Item(first + next, all.get(next++));
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** One text or JSON object a line. */
  final class Lines implements PredictInput {
    private static final ObjectMapper JSON =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Path name;
    private final InputStream in;
    private final boolean json;
    private long line;

    Lines(Path name, InputStream in, boolean json) {
      this.name = name;
      this.in = in;
      this.json = json;
    }

    @Override
    public Path name() {
      return name;
    }

    @Override
    public @Nullable Item next() throws IOException {
      var bytes = new ByteArrayOutputStream();
      int one = in.read();
      if (one < 0) {
        return null;
      }
      line++;
      for (; one >= 0 && one != '\n'; one = in.read()) {
        bytes.write(one);
      }
      String text = decoded(bytes.toByteArray());
      if (json) {
        return new Item(line, text.isBlank() ? Map.of() : object(text));
      }
      return new Item(line, Collections.singletonMap("text", text));
    }

    private String decoded(byte[] bytes) {
      CharBuffer chars = CharBuffer.allocate(bytes.length);
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      if (StandardCharsets.UTF_8.newDecoder().decode(rest, chars, true).isError()) {
        throw Check.at(
            name,
            line,
            String.format(
                "must be UTF-8 text, got the byte 0x%02x at place %d of the line",
                bytes[rest.position()], rest.position() + 1));
      }
      String text = chars.flip().toString();
      String whole = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      return line == 1 && whole.startsWith("\uFEFF") ? whole.substring(1) : whole;
    }

    @SuppressWarnings("unchecked") // A JSON object has strings as keys.
    private Map<String, @Nullable Object> object(String text) {
      try {
        if (JSON.readValue(text, Object.class) instanceof Map<?, ?> map) {
          return (Map<String, @Nullable Object>) map;
        }
      } catch (JsonProcessingException e) {
        throw new UserError(name + ":" + line + ": must be a JSON object", e);
      }
      throw Check.at(name, line, "must be a JSON object");
    }

    @Override
    public boolean ready() throws IOException {
      return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** A table with a header. */
  final class Table implements PredictInput {
    private final Path name;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private long end;

    Table(Path name, InputStream in, String format) throws IOException {
      this.name = name;
      CSVFormat form = format.equals("csv") ? CSVFormat.DEFAULT : CSVFormat.TDF;
      parser =
          form.builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .setIgnoreEmptyLines(false)
              .get()
              .parse(new InputStreamReader(in, StandardCharsets.UTF_8));
      end = parser.getCurrentLineNumber();
      records = parser.iterator();
    }

    @Override
    public Path name() {
      return name;
    }

    @Override
    public @Nullable Item next() {
      if (!records.hasNext()) {
        return null;
      }
      // The parser has read this record already to know that it is there.
      long line = end + 1;
      end = parser.getCurrentLineNumber();
      CSVRecord record = records.next();
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      List<String> header = parser.getHeaderNames();
      for (int i = 0; i < header.size(); i++) {
        fields.put(header.get(i).replace("\uFEFF", ""), i < record.size() ? record.get(i) : "");
      }
      return new Item(line, fields);
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}
