package io.saddlebag.staging;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What is odd about the names in an archive. Staging unpacks nothing, so odd names are noted for
 * those who do, and never refused:
 *
 * <ul>
 *   <li>{@code unsafe-names}: a name leads out of the folder that it is unpacked into, or holds
 *       control characters.
 *   <li>{@code duplicate-names}: two members have the same name. Vendors can send that in good
 *       faith: two forms of one title, the documents of two applicants of one name. An unpack step
 *       would lose one of them, so it must know.
 * </ul>
 *
 * Only the ASCII part is looked at, which UTF-8 and CP437 have in common. Names are kept as 64-bit
 * hashes, eight bytes each; no name is ever logged or part of a message.
 */
final class MemberNames {
  private static final String CONTENT_TYPES = "[Content_Types].xml";
  private static final Pattern UNSAFE =
      Pattern.compile("(?s)|.*[\\x00-\\x1F\\x7F\\\\].*|/.*|[A-Za-z]:.*|([.][.]|.*/[.][.])(/.*)?");

  private final Longs hashes = new Longs();
  private boolean unsafe;
  private boolean contentTypes;

  void add(byte[] name) {
    String text = new String(name, StandardCharsets.ISO_8859_1);
    unsafe |= UNSAFE.matcher(text).matches();
    contentTypes |= text.equals(CONTENT_TYPES);
    hashes.add(hash(name));
  }

  boolean unsafe() {
    return unsafe;
  }

  /** Whether the member is there that makes an archive an Office document. */
  boolean contentTypes() {
    return contentTypes;
  }

  boolean duplicates() {
    hashes.sort();
    for (int i = 1; i < hashes.size(); i++) {
      if (hashes.get(i) == hashes.get(i - 1)) {
        return true;
      }
    }
    return false;
  }

  /** FNV-1a. */
  private static long hash(byte[] name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }
}
