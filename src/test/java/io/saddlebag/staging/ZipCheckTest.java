package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZipCheckTest {
  private static final byte[] DEFLATED = Zips.deflated(3, 200_000);
  private static final byte[] STORED = Zips.stored("a\tb\n1\t2\n");
  private static final byte[] CENTRAL = {'P', 'K', 1, 2};
  private static final byte[] END = {'P', 'K', 5, 6};

  @TempDir Path folder;
  private StagingLimits limits = StagingLimits.defaults();

  private List<String> check(byte[] zip) throws IOException {
    Path file = Files.write(folder.resolve("0.part"), zip);
    List<String> checks = new ZipCheck(file, limits).check();
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    return checks;
  }

  private StagingFailure refused(byte[] zip) {
    StagingFailure failure = catchThrowableOfType(StagingFailure.class, () -> check(zip));
    assertThat(failure).isNotNull();
    return failure;
  }

  private void assertRefused(String name, byte[] zip) {
    assertThat(refused(zip).failureName()).isEqualTo(name);
  }

  @Test
  void sound_archives_pass_with_every_checksum_proven() throws IOException {
    for (byte[] zip :
        List.of(DEFLATED, STORED, Zips.zip64("zip64".getBytes(StandardCharsets.UTF_8), 0))) {
      assertThat(check(zip)).containsExactly("zip-directory", "zip-crc");
    }
  }

  @ParameterizedTest
  @EnumSource(Archive.Streamed.class)
  void members_streamed_with_their_sizes_behind_them_pass_as_real_writers_write_them(
      Archive.Streamed how) throws IOException {
    byte[] zip =
        new Archive()
            .streamed("household.tab", "key\tsize\n1\t4\n", how)
            .streamed("empty.tab", "", how)
            .streamed("roster.tab", "key\n1\n", how)
            .end("");

    if (how == Archive.Streamed.NOTHING) {
      assertRefused("NOT_AN_ARCHIVE", zip);
    } else {
      assertThat(check(zip)).containsExactly("zip-directory", "zip-crc");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Archive.Streamed.class,
      names = {"SIGNED", "BARE", "DYNAMIC_ZIP64", "EMPTY_ZIP64"})
  void a_descriptor_that_disagrees_with_the_directory_is_refused(Archive.Streamed how) {
    String text = "key\tsize\n1\t4\n";
    byte[] zip = new Archive().streamed("a.tab", text, how).end("");
    int extra = how == Archive.Streamed.EMPTY_ZIP64 ? 20 : 0;
    int descriptor = 30 + 5 + extra + text.length();
    int end = Zips.find(zip, CENTRAL);
    for (int at = descriptor; at < end; at++) {
      boolean signature = how != Archive.Streamed.BARE && at < descriptor + 4;
      if (!signature) {
        assertRefused("NOT_AN_ARCHIVE", Zips.with(zip, at, zip[at] ^ 1));
      }
    }
  }

  @Test
  void an_archive_without_members_is_legal() throws IOException {
    assertThat(check(Zips.empty())).containsExactly("zip-directory", "zip-empty");
  }

  @Test
  void more_members_than_the_old_end_record_can_count_are_counted() throws IOException {
    assertThat(check(Zips.deflated(66_000, 1))).contains("zip-crc");
  }

  @Test
  void a_comment_may_follow_even_one_that_looks_like_an_end_record() throws IOException {
    assertThat(check(new Archive().stored("a", "b").end("made by survey"))).contains("zip-crc");
    assertThat(check(new Archive().stored("a", "b").end("PK\5\6" + "\0".repeat(40))))
        .contains("zip-crc");
  }

  @Test
  void bytes_behind_the_directory_are_refused() {
    byte[] zip = new Archive().stored("a", "b").end("");
    int end = Zips.find(zip, END);
    ByteBuffer gap = ByteBuffer.allocate(zip.length + 5);
    gap.put(zip, 0, end).put(new byte[5]).put(zip, end, zip.length - end);
    assertRefused("NOT_AN_ARCHIVE", gap.array());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "   ", "<!-- made by a script -->", "PK", "PK\3\4 PK\1\2"})
  void bytes_behind_the_end_that_readers_pass_over_are_noted(String behind) throws IOException {
    for (String comment : new String[] {"", "a comment", "one with PK\5\6 and PK\6\7 in it"}) {
      byte[] zip = new Archive().stored("a", "b").end(comment);

      assertThat(check(Zips.joined(zip, behind.getBytes(StandardCharsets.UTF_8))))
          .containsExactly("zip-directory", "zip-crc", "zip-trailing");
      assertThat(check(zip)).containsExactly("zip-directory", "zip-crc");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 65_000})
  void zeros_behind_the_end_are_noted(int zeros) throws IOException {
    assertThat(check(Zips.joined(STORED, new byte[zeros]))).contains("zip-crc", "zip-trailing");
    assertThat(check(Zips.joined(Zips.empty(), new byte[zeros])))
        .containsExactly("zip-directory", "zip-empty", "zip-trailing");
    assertThat(check(Zips.joined(Zips.deflated(66_000, 1), new byte[zeros])))
        .contains("zip-crc", "zip-trailing");
  }

  @Test
  void another_end_behind_the_end_is_refused_because_readers_would_choose() {
    assertRefused("NOT_AN_ARCHIVE", Zips.joined(STORED, STORED));
    assertRefused("NOT_AN_ARCHIVE", Zips.joined(STORED, Zips.empty()));
    byte[] withBoth = Zips.joined(STORED, Zips.joined(Zips.empty(), new byte[] {'\n'}));
    assertThat(refused(withBoth)).hasMessageContaining("another end record behind its own");
  }

  @Test
  void an_end_further_in_front_than_readers_look_is_none() {
    assertRefused("TRUNCATED", Zips.joined(STORED, new byte[66_000]));
  }

  @Test
  void an_archive_in_an_archive_that_was_cut_is_not_taken_for_it() {
    String inner = new String(STORED, StandardCharsets.ISO_8859_1);
    byte[] outer = new Archive().stored("inner.zip", inner).end("");
    int at = Zips.find(outer, END) + 22;
    assertRefused("NOT_AN_ARCHIVE", Arrays.copyOf(outer, at));
    for (int length : new int[] {at + 1, outer.length - 22, outer.length - 1}) {
      assertRefused("TRUNCATED", Arrays.copyOf(outer, length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK00", "PK\7\10"})
  void the_marker_of_an_archive_that_was_to_be_split_is_noted(String marker) throws IOException {
    byte[] before = marker.getBytes(StandardCharsets.UTF_8);
    byte[] counted = new Archive().junk(marker).stored("a", "b").stored("c", "d").end("");
    byte[] many = Zips.deflated(66_000, 1);

    assertThat(check(counted)).containsExactly("zip-directory", "zip-crc", "zip-marker");
    assertThat(check(Zips.joined(before, STORED)))
        .containsExactly("zip-directory", "zip-crc", "zip-marker");
    assertThat(check(Zips.joined(before, many))).contains("zip-crc", "zip-marker");
    assertThat(check(Zips.joined(before, Zips.empty())))
        .containsExactly("zip-directory", "zip-empty", "zip-marker");
    assertRefused("NOT_AN_ARCHIVE", Zips.joined("PK01".getBytes(StandardCharsets.UTF_8), STORED));
    assertRefused("NOT_AN_ARCHIVE", Zips.joined(before, Zips.joined(before, STORED)));
    assertRefused("NOT_AN_ARCHIVE", new Archive().junk(marker + "x").stored("a", "b").end(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK\5\6", "PK\6\7", "PK\6\6", "PK\1\2", "PK\3\4", "PK\7\10"})
  void marks_of_records_in_names_comments_and_data_are_only_text(String mark) throws IOException {
    for (int behind : new int[] {0, 16, 18, 40}) {
      String text = "A".repeat(40) + mark + "B".repeat(behind);
      assertThat(check(new Archive().stored(text, "1").end(""))).contains("zip-crc");
      assertThat(check(new Archive().stored("a", text).end(""))).contains("zip-crc");
      assertThat(check(new Archive().stored("a", "1").end(text))).contains("zip-crc");
    }
  }

  @Test
  void junk_in_front_is_refused_whether_offsets_count_it_or_not() {
    assertThat(refused(new Archive().junk("PK warning").stored("a", "b").end("")))
        .hasMessageContaining("begins with bytes that belong to no member");

    byte[] zip = new Archive().stored("a", "b").end("");
    byte[] shifted = ByteBuffer.allocate(zip.length + 3).put(new byte[3]).put(zip).array();
    assertRefused("NOT_AN_ARCHIVE", shifted);
    assertRefused("NOT_AN_ARCHIVE", new Archive().junk("PK nothing").end(""));
  }

  @Test
  void bytes_between_members_are_noted() throws IOException {
    assertThat(check(new Archive().stored("a", "b").junk("deleted").stored("c", "d").end("")))
        .containsExactly("zip-directory", "zip-crc", "zip-gaps");
  }

  @Test
  void a_directory_in_another_order_than_the_members_is_legal() throws IOException {
    assertThat(
            check(
                new Archive()
                    .stored("a", "1")
                    .stored("b", "2")
                    .stored("c", "3")
                    .reversed()
                    .end("")))
        .containsExactly("zip-directory", "zip-crc");
  }

  @Test
  void members_that_share_their_data_are_refused() {
    byte[] one = Zips.stored("x".repeat(1000));
    int central = Zips.find(one, CENTRAL);
    int end = Zips.find(one, END);
    ByteBuffer zip = ByteBuffer.allocate(one.length + end - central).order(ByteOrder.LITTLE_ENDIAN);
    zip.put(one, 0, end).put(one, central, one.length - central);
    int newEnd = end + end - central;
    zip.putShort(newEnd + 8, (short) 2).putShort(newEnd + 10, (short) 2);
    zip.putInt(newEnd + 12, 2 * (end - central));

    assertThat(refused(zip.array())).hasMessageContaining("over each other");
  }

  @Test
  void spans_overlap_exactly_when_a_byte_belongs_to_two() {
    ZipSpans apart = new ZipSpans();
    apart.add(50, 60);
    apart.add(0, 10);
    apart.add(20, 30);
    assertThat(apart.overlap()).isFalse();
    apart.add(29, 31);
    assertThat(apart.overlap()).isTrue();
    ZipSpans inside = new ZipSpans();
    inside.add(0, 100);
    inside.add(40, 50);
    assertThat(inside.overlap()).isTrue();
  }

  @Test
  void encrypted_members_are_checked_by_structure_and_noted() throws IOException {
    assertThat(check(Zips.encrypted(STORED)))
        .containsExactly("zip-directory", "zip-members", "zip-encrypted");
    assertThat(check(Zips.encrypted(DEFLATED)))
        .containsExactly("zip-directory", "zip-crc", "zip-encrypted");
  }

  @Test
  void an_encrypted_member_whose_header_disagrees_is_still_refused() {
    byte[] zip = Zips.encrypted(STORED);
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(zip, 14, zip[14] ^ 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(zip, 6, 0));
  }

  @Test
  void a_method_that_cannot_be_unpacked_is_noted() throws IOException {
    byte[] zip = Zips.withCentral(Zips.withLocal(STORED, 8, 93), 10, 93);

    assertThat(check(zip)).containsExactly("zip-directory", "zip-members", "zip-unchecked");
  }

  @Test
  void a_flipped_bit_is_found_anywhere_in_the_data() {
    assertRefused("CORRUPT", Zips.with(STORED, 30 + 11 + 2, 'x'));
    for (int at = 80; at < 400; at += 7) {
      byte[] zip = Zips.with(DEFLATED, at, DEFLATED[at] ^ 4);
      assertThat(refused(zip).failureName()).as("byte %d", at).isEqualTo("CORRUPT");
    }
  }

  @Test
  void the_data_is_left_alone_when_only_the_directory_is_to_be_checked() throws IOException {
    limits = new StagingLimits(0, 0, Verification.DIRECTORY, 10, 1 << 20, 0);

    assertThat(check(Zips.with(STORED, 30 + 11 + 2, 'x')))
        .containsExactly("zip-directory", "zip-members");
  }

  @Test
  void an_archive_cut_anywhere_is_refused() {
    for (int length = 0; length < STORED.length; length++) {
      assertRefused("TRUNCATED", Arrays.copyOf(STORED, length));
    }
  }

  @Test
  void a_header_that_disagrees_with_the_directory_is_refused() {
    assertRefused("NOT_AN_ARCHIVE", Zips.withCentral(STORED, 0, 'X'));
    assertRefused("NOT_AN_ARCHIVE", Zips.withCentral(STORED, 29, 200));
    assertRefused("NOT_AN_ARCHIVE", Zips.withCentral(STORED, 42, 200));
    assertRefused("NOT_AN_ARCHIVE", Zips.withCentral(STORED, 46, 'X'));
    assertRefused("NOT_AN_ARCHIVE", Zips.withCentral(STORED, 10, 8));
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(STORED, 14, STORED[14] ^ 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(STORED, 18, STORED[18] ^ 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(STORED, 22, STORED[22] ^ 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withLocal(STORED, 27, 200));
    assertRefused("NOT_AN_ARCHIVE", Zips.withEnd(STORED, 16, 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withEnd(STORED, 12, 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withEnd(STORED, 4, 1));
    assertRefused("NOT_AN_ARCHIVE", Zips.withEnd(Zips.withEnd(STORED, 10, 2), 8, 2));
  }

  @Test
  void any_single_changed_byte_ends_in_a_named_failure_or_in_a_pass() throws IOException {
    byte[] streamed =
        new Archive().streamed("a.tab", "data", Archive.Streamed.DYNAMIC_ZIP64).end("");
    byte[] zip64 = Zips.zip64("zip64".getBytes(StandardCharsets.UTF_8), 0);
    for (byte[] zip : List.of(STORED, zip64, streamed)) {
      for (int at = 0; at < zip.length; at++) {
        for (int value : new int[] {0, 1, 0x7F, 0xFF}) {
          try {
            check(Zips.with(zip, at, value));
          } catch (StagingFailure e) {
            assertThat(e.failureName())
                .isIn("NOT_AN_ARCHIVE", "TRUNCATED", "CORRUPT", "ARCHIVE_LIMIT");
          }
        }
      }
    }
  }

  @Test
  void limits_name_the_setting_to_raise_and_are_not_retried() {
    assertLimit(new StagingLimits(0, 0, Verification.FULL, 2, 1 << 30, 0), "archive-entries");
    assertLimit(new StagingLimits(0, 0, Verification.FULL, 9, 500_000, 0), "inflated-bytes");
    assertLimit(new StagingLimits(0, 0, Verification.DIRECTORY, 9, 500_000, 0), "inflated-bytes");
  }

  private void assertLimit(StagingLimits allowed, String setting) {
    limits = allowed;
    StagingFailure failure = refused(DEFLATED);
    assertThat(failure.failureName()).isEqualTo("ARCHIVE_LIMIT");
    assertThat(failure).hasMessageContaining("raise staging.max-" + setting);
    assertThat(failure.worthRetrying()).isFalse();
  }

  @Test
  void an_archive_that_unpacks_to_far_too_many_times_its_size_is_refused() throws IOException {
    byte[] bomb = Zips.deflated(1, 32 << 20);
    limits = new StagingLimits(0, 0, Verification.FULL, 10, 1L << 40, 100);
    assertThat(refused(bomb)).hasMessageContaining("raise staging.max-archive-ratio");
    assertThat(check(Zips.deflated(1, 8 << 20))).as("too small to harm").contains("zip-crc");
    limits = new StagingLimits(0, 0, Verification.FULL, 10, 1L << 40, 0);
    assertThat(check(bomb)).contains("zip-crc");
  }

  @Test
  void a_member_that_unpacks_to_more_than_it_claims_is_corrupt_not_followed() {
    int descriptor =
        Zips.find(Arrays.copyOfRange(DEFLATED, 60, DEFLATED.length), new byte[] {'P', 'K', 7, 8});
    assertThat(descriptor).isPositive();
    ByteBuffer lie = ByteBuffer.wrap(DEFLATED.clone()).order(ByteOrder.LITTLE_ENDIAN);
    lie.putInt(Zips.find(DEFLATED, CENTRAL) + 24, 7);
    lie.putInt(60 + descriptor + 12, 7);

    assertRefused("CORRUPT", lie.array());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "..",
        "a/..",
        "..\\..\\win.ini",
        "a\\b",
        "C:autoexec.bat",
        "a\nb",
        "\u001B[2J",
        "a\0.csv",
        ""
      })
  void names_that_lead_out_are_noted_and_nothing_is_written_or_said(String name)
      throws IOException {
    byte[] zip = new Archive().stored("fine.csv", "1").stored(name, "2").end("");

    assertThat(check(zip)).containsExactly("zip-directory", "zip-crc", "unsafe-names");

    if (name.length() > 3) {
      byte[] broken = Zips.with(zip, zip.length - 22 - name.length() - 46, 'X');
      assertThat(refused(broken).getMessage()).doesNotContain(name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#|#export_tag|#.csv", "заполнения.csv", "..a", "a..b/c..", "answers:1.csv", "d/"})
  void odd_names_that_vendors_send_are_fine(String name) throws IOException {
    assertThat(check(new Archive().stored(name, "1").end(""))).doesNotContain("unsafe-names");
  }

  @Test
  void a_name_in_cp437_is_fine() throws IOException {
    byte[] zip = new Archive().stored("R?gion.csv", "1").end("");
    byte[] cp437 = Zips.withCentral(Zips.withLocal(zip, 31, 0x82), 47, 0x82);

    assertThat(check(cp437)).containsExactly("zip-directory", "zip-crc");
  }

  @Test
  void two_members_of_one_name_are_noted() throws IOException {
    assertThat(check(new Archive().stored("a", "1").stored("b", "2").stored("a", "3").end("")))
        .containsExactly("zip-directory", "zip-crc", "duplicate-names");
  }

  @Test
  void a_symbolic_link_is_noted() throws IOException {
    byte[] zip = new Archive().stored("link", "/etc/passwd").end("");
    byte[] link = Zips.withCentral(Zips.withCentral(zip, 5, 3), 41, 0xA1);

    assertThat(check(link)).containsExactly("zip-directory", "zip-crc", "zip-links");
  }
}
