package io.haori.cli;

import io.haori.core.files.FolderWalk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The web page of a {@link JobServer} as somebody sees it who has signed in.
 *
 * @param jobs the server
 * @param cookie of the visit
 */
record JobPages(JobServer jobs, String cookie) {
  private static final Pattern SECRET = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  /** Follows the link that the server prints. */
  static JobPages signedIn(JobServer jobs) throws Exception {
    String link = jobs.server().signInLink().orElseThrow();
    String cookie =
        jobs.sent(HttpRequest.newBuilder(URI.create(link)))
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow()
            .replaceAll(";.*", "");
    return new JobPages(jobs, cookie);
  }

  HttpRequest.Builder request(String path) {
    return jobs.request(path).header("Cookie", cookie).header("Accept-Language", "en");
  }

  HttpResponse<String> get(String path) throws Exception {
    return jobs.sent(request(path));
  }

  /**
   * Sends a form as it is.
   *
   * @param fields encoded, with the secret of a page
   */
  HttpResponse<String> form(String address, String fields) throws Exception {
    return jobs.sent(
        request(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(fields)));
  }

  /** The secret that forms of a page bring back. */
  static String secret(String page) {
    return encoded(found(SECRET.pattern(), page).get(0));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The first group of each place that a pattern matches. */
  static List<String> found(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** A folder as a ZIP file that has it. */
  static byte[] zip(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(bytes)) {
      for (Path file : FolderWalk.files(folder)) {
        String name = folder.getParent().relativize(file).toString();
        entries.putNextEntry(new ZipEntry(name));
        entries.write(Files.readAllBytes(file));
        entries.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
