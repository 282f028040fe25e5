package io.haori.training.data.records;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Finds merged cells, which the reader of workbooks passes over. */
final class MergedCells {
  private static final String WORKBOOK_PARTS = "xl/_rels/workbook.xml.rels";

  private MergedCells() {}

  /**
   * The first merged range of a sheet.
   *
   * @param file a workbook
   * @param sheetId the sheet's relationship, for example {@code rId1}
   * @return for example {@code A5:A9}, or null when none is merged
   */
  static @Nullable String first(Path file, String sheetId) throws IOException, XMLStreamException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String target = attribute(zip, WORKBOOK_PARTS, "Relationship", "Id", sheetId, "Target");
      if (target == null) {
        return null;
      }
      String part = target.startsWith("/") ? target.substring(1) : "xl/" + target;
      return attribute(zip, part, "mergeCell", null, "", "ref");
    }
  }

  /** The row in which a range begins, counted from 1. */
  static long row(String range) {
    return Long.parseLong(range.split(":", 2)[0].replaceAll("[^0-9]", ""));
  }

  /** An attribute of the first element of a name whose key, if any, has a value. */
  private static @Nullable String attribute(
      ZipFile zip, String part, String element, @Nullable String key, String value, String wanted)
      throws IOException, XMLStreamException {
    ZipEntry entry = zip.getEntry(part);
    if (entry == null) {
      return null;
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (InputStream in = zip.getInputStream(entry)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT
            && xml.getLocalName().equals(element)
            && (key == null || value.equals(xml.getAttributeValue(null, key)))) {
          return xml.getAttributeValue(null, wanted);
        }
      }
      return null;
    }
  }
}
