package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Looks at what a file is before it is read as an Excel workbook. */
final class WorkbookFile {
  private static final byte[] OLE2 = {
    (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
  };
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** The name of the stream that holds an encrypted workbook in its OLE2 file. */
  private static final byte[] ENCRYPTED = "EncryptedPackage".getBytes(UTF_16LE);

  /** How the list of parts names the one with formats. */
  private static final byte[] STYLES = "spreadsheetml.styles+xml".getBytes(US_ASCII);

  private WorkbookFile() {}

  /**
   * Refuses what is no workbook.
   *
   * @return the digest of its bytes
   */
  static Sha256 check(Path file) throws IOException {
    byte[] begin;
    boolean encrypted = false;
    Sha256 digest = Sha256.start();
    try (InputStream in = digest.reading(Files.newInputStream(file))) {
      begin = in.readNBytes(OLE2.length);
      boolean ole2 = Arrays.equals(begin, OLE2);
      byte[] last = new byte[0];
      for (byte[] block = in.readNBytes(1 << 16);
          block.length > 0;
          block = in.readNBytes(1 << 16)) {
        byte[] joined = Arrays.copyOf(last, last.length + block.length);
        System.arraycopy(block, 0, joined, last.length, block.length);
        encrypted |= ole2 && contains(joined, ENCRYPTED);
        last =
            Arrays.copyOfRange(block, Math.max(0, block.length - ENCRYPTED.length), block.length);
      }
    }
    if (encrypted) {
      throw Check.in(file, "is encrypted; open it in Excel and save a copy without a password");
    }
    if (Arrays.equals(begin, OLE2)) {
      throw Check.in(
          file, "is an old Excel file (.xls) by another name; save it in Excel as .xlsx");
    }
    if (begin.length < ZIP.length || !Arrays.equals(Arrays.copyOf(begin, ZIP.length), ZIP)) {
      throw Check.in(
          file,
          begin.length == 0
              ? "is empty, not an Excel workbook"
              : "is not an Excel workbook: it does not begin like one");
    }
    requireWhole(file);
    return digest;
  }

  /** Compares every part with its check sum, as a reader of damaged parts may never end. */
  private static void requireWhole(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry part : Collections.list(zip.entries())) {
        CRC32 sum = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(part), sum)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        if (part.getCrc() >= 0 && part.getCrc() != sum.getValue()) {
          throw new ZipException(part.getName() + " has another check sum");
        }
      }
    } catch (ZipException | EOFException e) {
      throw SheetRecords.damaged(file, e);
    }
  }

  /**
   * Whether a workbook has formats of cells, which tell dates from numbers. The part that holds
   * them may be missing, as some programs leave it out; the library refuses to look for it then.
   */
  static boolean hasStyles(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry types = zip.getEntry("[Content_Types].xml");
      if (types == null) {
        return true;
      }
      try (InputStream in = zip.getInputStream(types)) {
        return contains(in.readAllBytes(), STYLES) || zip.getEntry("xl/styles.xml") != null;
      }
    }
  }

  private static boolean contains(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
