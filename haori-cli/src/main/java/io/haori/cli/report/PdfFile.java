package io.haori.cli.report;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.fontbox.FontBoxFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.font.CIDFontMapping;
import org.apache.pdfbox.pdmodel.font.FontMapper;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.FontMapping;
import org.apache.pdfbox.pdmodel.font.PDCIDSystemInfo;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.jspecify.annotations.Nullable;

/** A page of HTML as PDF, with those letters of the font in it that it needs. */
final class PdfFile {
  private static final String FONT = "NotoSansJP.ttf";
  private static final String FAMILY = "Report";
  private static final int REGULAR = 400;

  private PdfFile() {}

  /**
   * Prints it.
   *
   * @param xhtml well-formed
   * @param title for the reader's window
   * @return the bytes of the file
   */
  static byte[] of(String xhtml, String title) {
    XRLog.setLoggingEnabled(false);
    // Else all fonts of the machine would be looked through, and a list of them written.
    FontMappers.set(new OneFont());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfRendererBuilder builder = new PdfRendererBuilder();
    builder.useFont(PdfFile::font, FAMILY, REGULAR, FontStyle.NORMAL, true);
    builder.withHtmlContent(xhtml, null);
    builder.withProducer("Haori");
    builder.toStream(out);
    try {
      builder.run();
    } catch (IOException e) {
      throw new IllegalStateException(title + " cannot be printed", e);
    }
    return out.toByteArray();
  }

  /** Is taken for every font that a page does not bring along. */
  private static final class OneFont implements FontMapper {
    private final FontMapping<TrueTypeFont> font;
    private final TrueTypeFont letters;

    OneFont() {
      try (InputStream in = font()) {
        letters = new TTFParser().parse(new RandomAccessReadBuffer(in.readAllBytes()));
        font = new FontMapping<>(letters, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public FontMapping<TrueTypeFont> getTrueTypeFont(
        String name, @Nullable PDFontDescriptor descriptor) {
      return font;
    }

    @Override
    public FontMapping<FontBoxFont> getFontBoxFont(
        String name, @Nullable PDFontDescriptor descriptor) {
      return new FontMapping<>(letters, true);
    }

    @Override
    public CIDFontMapping getCIDFont(
        String name, @Nullable PDFontDescriptor descriptor, @Nullable PDCIDSystemInfo system) {
      return new CIDFontMapping(null, letters, true);
    }
  }

  private static InputStream font() {
    return Objects.requireNonNull(PdfFile.class.getResourceAsStream(FONT), FONT);
  }

  /** The style sheet of reports. */
  static String css() {
    try (InputStream in = PdfFile.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
