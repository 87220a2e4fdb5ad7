package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a slot looks at in an archive before it takes it. */
class StagedArchiveTest extends SlotTest {
  @Test
  void an_archive_is_checked_to_its_last_member() throws Exception {
    assertThat(receive(zip(3), FileKind.ZIP).checks()).contains("zip-directory", "zip-crc");
  }

  @Test
  void an_archive_of_no_members_is_one() throws Exception {
    byte[] empty = new byte[22];
    empty[0] = 'P';
    empty[1] = 'K';
    empty[2] = 5;
    empty[3] = 6;

    assertThat(receive(empty, FileKind.ZIP).checks()).contains("zip-empty");
  }

  @Test
  void an_archive_of_more_than_65535_members_is_read_by_its_zip64_record() throws Exception {
    limits = new StagingLimits(0, 0, Verification.FULL, 100_000, 1 << 30, 0);

    assertThat(receive(zip(66_000), FileKind.ZIP).checks()).contains("zip-crc");
  }

  @Test
  void a_flipped_byte_anywhere_in_an_archive_is_noticed_or_harmless() throws Exception {
    byte[] zip = zip(2);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] damaged = zip.clone();
      damaged[random.nextInt(zip.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Receipt receipt = receive(damaged, FileKind.ZIP);
        assertThat(receipt.sha256()).isEqualTo(sha256(damaged));
      } catch (StagingFailure expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  @Test
  void members_of_an_encrypted_archive_are_reported_and_not_opened() throws Exception {
    byte[] zip = zip(1);
    for (int i = 0; i + 10 < zip.length; i++) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 3 && zip[i + 3] == 4) {
        zip[i + 6] |= 1;
      }
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
        zip[i + 8] |= 1;
      }
    }

    assertThat(receive(zip, FileKind.ZIP).checks()).contains("zip-encrypted");
  }

  @Test
  void hostile_archives_end_at_their_limits() throws Exception {
    limits = new StagingLimits(0, 0, Verification.FULL, 2, 1 << 20, 0);
    assertRefused(zip(3), FileKind.ZIP, "ARCHIVE_LIMIT");
    limits = new StagingLimits(0, 0, Verification.FULL, 10, 100, 0);
    assertRefused(zip(3), FileKind.ZIP, "ARCHIVE_LIMIT");
  }
}
