package io.saddlebag.shaping;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that is no text in any character set, told by its first bytes. What they would be in
 * UTF-16 is no text either, so that the zeros of one do not matter.
 */
enum PackedFile {
  ZIP("504b0304", "a zip archive (or an xlsx workbook, which is one)", true),
  EMPTY_ZIP("504b0506", "a zip archive without members", true),
  SPLIT_ZIP("504b0708", "a part of a zip archive", true),
  GZIP("1f8b08", "a gzip file", true),
  OLE2("d0cf11e0a1b11ae1", "an Office document (xls or doc)", false);

  private final byte[] magic;
  private final String kind;
  private final boolean archive;

  PackedFile(String magic, String kind, boolean archive) {
    this.magic = HexFormat.of().parseHex(magic);
    this.kind = kind;
    this.archive = archive;
  }

  /** What begins with these bytes, null when that may be a text. */
  static @Nullable PackedFile of(ByteBuffer head) {
    for (PackedFile packed : values()) {
      if (packed.begins(head)) {
        return packed;
      }
    }
    return null;
  }

  private boolean begins(ByteBuffer head) {
    return head.remaining() >= magic.length
        && head.slice(head.position(), magic.length).equals(ByteBuffer.wrap(magic));
  }

  /** Why a step that reads text refuses a file, and what to do. */
  ShapingFailure refusal(String file, String step) {
    return new ShapingFailure(
        file
            + " is "
            + kind
            + " and no text: "
            + (archive
                ? "unpack it first, with unpack-action around " + step
                : "take " + step + " out, or have the vendor make a CSV file"));
  }
}
