package io.saddlebag.simulator.surveysolutions;

import static io.saddlebag.simulator.surveysolutions.Headquarters.order;
import static io.saddlebag.simulator.surveysolutions.Headquarters.unzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives and the two ways to keep them: items 8 to 11, 17, 18 and 22 of the sheet. */
class ArchiveTest {
  private static final Duration TEN_HOURS = Duration.ofHours(10);

  private final Headquarters hq = new Headquarters();

  @AfterEach
  void close() {
    hq.close();
  }

  @Test
  void item_8_in_s3_a_new_job_serves_the_old_bytes_and_an_old_job_the_new_ones() {
    hq.inS3();
    long first = completed(order("Tabular"), 5);
    byte[] before = hq.follow(hq.file(first)).body();
    long second = hq.create(order("Tabular"));
    JsonNode fresh = hq.status(second);
    byte[] stale = hq.follow(hq.file(second)).body();
    hq.pass(5);
    byte[] after = hq.follow(hq.file(second)).body();

    assertThat(fresh.path("ExportStatus").asText()).isEqualTo("Created");
    assertThat(fresh.path("HasExportFile").asBoolean()).isTrue();
    assertThat(fresh.path("Links").path("Download").asText()).endsWith("/" + second + "/file");
    assertThat(stale).isEqualTo(before);
    assertThat(after).isNotEqualTo(before);
    assertThat(hq.follow(hq.file(first)).body()).isEqualTo(after);
  }

  @Test
  void item_9_in_s3_a_file_is_a_signed_link_to_another_origin() {
    hq.inS3();
    long id = completed(order("Tabular"), 5);
    HttpResponse<byte[]> redirect = hq.file(id);
    HttpResponse<byte[]> file = hq.follow(redirect);
    String link = redirect.headers().firstValue("Location").orElseThrow();

    assertThat(redirect.statusCode()).isEqualTo(302);
    assertThat(link).startsWith(hq.storage.uri().toString()).contains("X-Amz-Expires=36000");
    assertThat(file.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename =\"household_1_Tabular_All.zip\"");
    assertThat(unzip(file.body())).containsKey("household.tab");
    hq.clock.advance(TEN_HOURS);
    assertThat(hq.follow(redirect).statusCode()).isEqualTo(403);
  }

  @Test
  void item_10_on_disk_a_file_is_streamed_without_a_length_and_ranges_are_ignored() {
    long id = completed(order("Tabular"), 4);
    String target = "/primary/api/v2/export/" + id + "/file";
    HttpResponse<byte[]> file = hq.bytes(hq.to(target).header("Range", "bytes=10-").GET());
    HttpResponse<byte[]> head = hq.bytes(hq.to(target).method("HEAD", BodyPublishers.noBody()));

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Transfer-Encoding")).contains("chunked");
    assertThat(file.headers().map()).doesNotContainKeys("content-length", "etag", "accept-ranges");
    assertThat(file.headers().firstValue("Content-Disposition"))
        .contains(
            "attachment; filename=household_1_Tabular_All.zip;"
                + " filename*=UTF-8''household_1_Tabular_All.zip");
    assertThat(unzip(file.body()).get("household.tab"))
        .startsWith("interview__key\tinterview__id\t")
        .hasLineCount(41);
    assertThat(head.statusCode()).isEqualTo(405);
  }

  @Test
  void item_10_a_body_can_be_cut_in_its_middle() {
    long id = completed(order("Tabular"), 4);
    hq.server.faults().next(1, "GET", ".*/file", Fault.truncate(500));

    assertThatThrownBy(() -> hq.file(id)).hasRootCauseInstanceOf(IOException.class);
    assertThat(hq.file(id).statusCode()).isEqualTo(200);
  }

  @Test
  void item_10_an_archive_is_the_same_for_the_same_parameters_and_can_be_replaced() {
    try (Headquarters other = new Headquarters()) {
      long here = completed(order("Tabular"), 4);
      long there = other.create(order("Tabular"));
      other.pass(4);
      assertThat(hq.file(here).body()).isEqualTo(other.file(there).body());
    }
    hq.server.payload(Body.of("mine".getBytes(StandardCharsets.UTF_8)));
    assertThat(hq.file(completed(order("Tabular"), 4)).body()).asString().isEqualTo("mine");
  }

  @Test
  void item_11_a_file_on_disk_shows_while_it_is_zipped_and_cannot_be_read() {
    long id = hq.create(order("Tabular"));
    hq.pass(2.9);
    assertThat(hq.status(id).path("HasExportFile").asBoolean()).isFalse();
    hq.pass(0.5);
    JsonNode zipping = hq.status(id);
    HttpResponse<byte[]> locked = hq.file(id);
    hq.server.partialWhileRunning(true);
    byte[] partial = hq.file(id).body();
    hq.pass(1);
    byte[] whole = hq.file(id).body();

    assertThat(zipping.path("ExportStatus").asText()).isEqualTo("Running");
    assertThat(zipping.path("HasExportFile").asBoolean()).isTrue();
    assertThat(locked.statusCode()).isEqualTo(500);
    assertThat(locked.body()).isEmpty();
    assertThat(whole).hasSizeGreaterThan(partial.length).startsWith(partial);
  }

  @Test
  void item_11_a_job_cancelled_while_it_is_zipped_leaves_part_of_its_file() {
    long id = hq.create(order("Tabular"));
    hq.pass(3.1);
    hq.cancel(id);
    hq.clock.advance(Duration.ofSeconds(1));

    assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Canceled");
    assertThat(hq.status(id).path("HasExportFile").asBoolean()).isTrue();
    assertThat(hq.file(id).statusCode()).isEqualTo(200);
  }

  @Test
  void item_17_a_completed_job_without_a_file_answers_400() {
    hq.server.withoutFile(true);
    long never = completed(order("Tabular"), 4);
    hq.server.withoutFile(false);
    long pushed = completed(order("Binary", "StorageType", "\"Dropbox\""), 4);
    long removed = completed(order("Tabular"), 4);
    hq.server.removeFile(removed);

    for (long id : new long[] {never, pushed, removed}) {
      assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Completed");
      assertThat(hq.status(id).path("HasExportFile").asBoolean()).isFalse();
      assertThat(hq.file(id).statusCode()).isEqualTo(400);
      assertThat(hq.file(id).body()).isEmpty();
    }
  }

  @Test
  void item_17_a_file_may_be_refused_for_a_moment() {
    hq.server.notReadyAnswers(2);
    long id = completed(order("Tabular"), 4);

    assertThat(hq.file(id).statusCode()).isEqualTo(400);
    assertThat(hq.file(id).statusCode()).isEqualTo(400);
    assertThat(hq.file(id).statusCode()).isEqualTo(200);
  }

  @Test
  void item_18_a_ddi_file_is_made_on_the_spot() {
    long id = hq.create(order("DDI"));
    HttpResponse<byte[]> file = hq.file(id);

    assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Created");
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
        .contains("filename=household_1_ddi.zip;");
    assertThat(unzip(file.body())).containsKey("household_ddi.xml");
  }

  @Test
  void item_22_an_encrypted_archive_gives_no_hint() {
    hq.server.encrypted(true);
    long id = completed(order("Tabular"), 4);
    HttpResponse<byte[]> file = hq.file(id);

    assertThat(file.headers().firstValue("Content-Type")).contains("application/zip");
    assertThat(hq.status(id).toString())
        .doesNotContainIgnoringCase("encrypt")
        .doesNotContainIgnoringCase("password");
    assertThatThrownBy(
            () -> new ZipInputStream(new ByteArrayInputStream(file.body())).getNextEntry())
        .hasMessageContaining("encrypted ZIP entry not supported");
  }

  @Test
  void item_22_an_encrypted_archive_opens_with_its_password_only() throws Exception {
    byte[] plain = hq.file(completed(order("Tabular"), 4)).body();
    hq.server.encrypted(true);
    byte[] secret;
    try (Headquarters other = new Headquarters()) {
      other.server.encrypted(true);
      long id = other.create(order("Tabular"));
      other.pass(4);
      secret = other.file(id).body();
    }

    assertThat(ZipDecryption.entries(secret, SurveySolutionsSimulator.ARCHIVE_PASSWORD))
        .isEqualTo(unzip(plain));
    assertThatThrownBy(() -> ZipDecryption.entries(secret, "a guess"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void item_22_the_unzip_command_opens_an_encrypted_archive(@TempDir Path folder) throws Exception {
    Path unzip = Path.of("/usr/bin/unzip");
    assumeTrue(Files.isExecutable(unzip), "unzip is not installed");
    hq.server.encrypted(true);
    Path zip = folder.resolve("secret.zip");
    Files.write(zip, hq.file(completed(order("STATA"), 4)).body());

    assertThat(exit(unzip, "-tqP", SurveySolutionsSimulator.ARCHIVE_PASSWORD, zip.toString()))
        .isZero();
    assertThat(exit(unzip, "-tqP", "a guess", zip.toString())).isNotZero();
  }

  @Test
  void item_22_an_archive_may_need_zip64() {
    hq.server.zip64(true);
    byte[] zip = hq.file(completed(order("Tabular"), 4)).body();

    assertThat(unzip(zip)).hasSizeGreaterThan(65_535);
    assertThat(new String(zip, StandardCharsets.ISO_8859_1)).contains("PK\6\7");
  }

  @ParameterizedTest
  @CsvSource({
    "Tabular, household.tab, household_1_Tabular_All.zip",
    "STATA, household.dta, household_1_STATA_All.zip",
    "SPSS, household.sav, household_1_SPSS_All.zip",
    "Paradata, paradata.tab, household_1_Paradata_All.zip",
    "Binary, dwelling.jpg, household_1_Binary_All.zip",
    "AudioAudit, audit.m4a, household_1_AudioAudit_All.zip",
    "DDI, household_ddi.xml, household_1_ddi.zip"
  })
  void section_5_an_archive_holds_what_its_type_says(String type, String entry, String name) {
    HttpResponse<byte[]> file = hq.file(completed(order(type), 4));

    assertThat(unzip(file.body()).keySet()).anyMatch(path -> path.endsWith(entry));
    assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
        .endsWith("filename*=UTF-8''" + name);
  }

  @Test
  void section_5_a_window_and_reduced_paradata_are_in_the_name_but_not_for_media() {
    String[] window = {"From", "\"2026-04-01T10:30:59Z\"", "ParadataReduced", "true"};
    HttpResponse<byte[]> paradata = hq.file(completed(order("Paradata", window), 4));
    HttpResponse<byte[]> media = hq.file(completed(order("Binary", window), 4));

    assertThat(paradata.headers().firstValue("Content-Disposition").orElseThrow())
        .contains("filename=household_1_Paradata_Reduced_All_20260401T1030Z.zip;");
    assertThat(media.headers().firstValue("Content-Disposition").orElseThrow())
        .contains("filename=household_1_Binary_All.zip;");
  }

  @Test
  void item_8_in_s3_windows_that_differ_by_seconds_share_a_file() {
    hq.inS3();
    completed(order("Tabular", "From", "\"2026-04-01T10:30:01Z\""), 5);
    long seconds = hq.create(order("Tabular", "From", "\"2026-04-01T10:30:59Z\""));
    hq.pass(5);
    long minutes = hq.create(order("Tabular", "From", "\"2026-04-01T10:31:00Z\""));

    assertThat(hq.status(seconds).path("HasExportFile").asBoolean()).isTrue();
    assertThat(hq.status(minutes).path("HasExportFile").asBoolean()).isFalse();
    assertThat(hq.file(seconds).headers().firstValue("Location").orElseThrow())
        .contains("$1_Tabular_All_20260401T1030Z.zip".replace("$", "%24"));
  }

  @Test
  void item_9_in_s3_credentials_and_head_are_refused() {
    hq.inS3();
    HttpResponse<byte[]> redirect = hq.file(completed(order("Tabular"), 5));
    URI link = URI.create(redirect.headers().firstValue("Location").orElseThrow());
    HttpResponse<String> credentials =
        hq.text(HttpRequest.newBuilder(link).header("Authorization", Headquarters.exporter()));
    HttpResponse<String> head =
        hq.text(HttpRequest.newBuilder(link).method("HEAD", BodyPublishers.noBody()));

    assertThat(credentials.statusCode()).isEqualTo(400);
    assertThat(credentials.body()).startsWith("<?xml").contains("InvalidArgument");
    assertThat(head.statusCode()).isEqualTo(403);
  }

  @Test
  void item_11_a_failed_job_may_leave_part_of_its_file() {
    hq.server.leavesPartialFile(true).failNext(4);
    long id = hq.create(order("Tabular"));
    hq.pass(20);

    assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Fail");
    assertThat(hq.status(id).path("HasExportFile").asBoolean()).isTrue();
    assertThat(hq.file(id).statusCode()).isEqualTo(200);
  }

  @Test
  void item_11_media_are_moved_into_place_when_they_are_complete() {
    long id = hq.create(order("Binary"));
    hq.pass(3.5);

    assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Running");
    assertThat(hq.status(id).path("HasExportFile").asBoolean()).isFalse();
    assertThat(hq.file(id).statusCode()).isEqualTo(400);
  }

  private static int exit(Path command, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
    return process.waitFor();
  }

  private long completed(String order, double phases) {
    long id = hq.create(order);
    hq.pass(phases);
    assertThat(hq.status(id).path("ExportStatus").asText()).isEqualTo("Completed");
    return id;
  }
}
