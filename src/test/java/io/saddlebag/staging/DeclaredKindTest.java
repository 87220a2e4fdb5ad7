package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A declared kind of file is always checked as that kind, in both directions. */
class DeclaredKindTest {
  private static final String RECORDS = "definition:object, records:array";
  private static final String TABLES = "*.headers:array, *.rows:array";

  @TempDir Path folder;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private StagingFailure failure(byte[] body, FileKind kind, JsonShape shape) {
    StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 100, 64 << 20, 0);
    Path file = folder.resolve("body");
    return catchThrowableOfType(
        StagingFailure.class,
        () ->
            new ContentChecks(limits)
                .check(
                    Files.write(file, body),
                    body.length,
                    new Expectation(kind, "x", shape),
                    "application/octet-stream"));
  }

  private StagingFailure failure(String body, FileKind kind) {
    return failure(utf8(body), kind, JsonShape.ANY);
  }

  private void assertTaken(String body, FileKind kind) {
    assertThat(failure(body, kind)).as(body).isNull();
  }

  /** What vendors, storages and gateways send in place of a file, with 200. */
  static Stream<String> insteadOfAFile() {
    return Stream.of(
        "{\"error\":403,\"message\":\"Access denied\"}",
        "{\"error\": {\"code\": 401, \"message\": \"token\"}}",
        "{\"error\":\"invalid_token\",\"error_description\":\"The access token expired\"}",
        "{\"error\":401,\"error_text\":\"API token required\"}",
        "{\"errors\":[{\"status\":\"403\",\"title\":\"Forbidden\"}]}",
        "{\"message\":\"Internal server error\"}",
        "{\"Message\":\"User is locked\"}",
        "{\"status\":\"error\",\"message\":\"try again\"}",
        "{\"status\":404,\"message\":\"Batch not found\",\"developerMessage\":null,\"errorId\":\"5b\"}",
        "{\"code\":\"AccessDenied\",\"message\":\"no\",\"requestId\":\"1\"}",
        "{\"success\":false}",
        "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"x\",\"instance\":\"/y\"}",
        "[{\"message\":\"Session expired\",\"errorCode\":\"INVALID_SESSION_ID\"}]",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
        "<xml><error>401</error><error_text>API token required</error_text></xml>",
        "<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault/></s:Body></s:Envelope>",
        "<html><body>Sign in</body></html>",
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body></body></html>",
        "<h1>Service Unavailable</h1><p>Try again</p>",
        "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
        "Service Unavailable",
        "503 Service Unavailable",
        "The service is unavailable.",
        "no healthy upstream",
        "404 page not found",
        "RBAC: access denied",
        "default backend - 404",
        "stream timeout",
        "Unauthorized",
        "Forbidden\n",
        "Too Many Requests",
        "error code: 1020",
        "Internal Server Error",
        "An error occurred while processing your request.");
  }

  static Stream<Arguments> everyKindAndAnswer() {
    return Arrays.stream(FileKind.values())
        .flatMap(kind -> insteadOfAFile().map(answer -> Arguments.of(kind, answer)));
  }

  @ParameterizedTest
  @MethodSource("everyKindAndAnswer")
  void no_error_passes_for_a_file_of_any_kind(FileKind kind, String answer) {
    StagingFailure failure = failure(answer, kind);

    assertThat(failure).as("%s taken as %s", answer, kind).isNotNull();
    assertThat(failure.getMessage())
        .doesNotContain("null")
        .doesNotContain("java")
        .doesNotContain("Exception");
  }

  @ParameterizedTest
  @EnumSource(FileKind.class)
  void nothing_and_next_to_nothing_is_no_file_of_a_kind_that_says_what_it_is(FileKind kind) {
    assertThat(failure("", kind).failureName()).isEqualTo("EMPTY_BODY");
    for (String body : new String[] {"null", "{\"error\":1", "{\"error\":401} and more"}) {
      if (kind != FileKind.ANY) {
        assertThat(failure(body, kind)).as(body).isNotNull();
      }
    }
    if (kind != FileKind.ANY && kind != FileKind.JSON) {
      assertThat(failure("[]", kind)).isNotNull();
      assertThat(failure("{}", kind)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error,message\n403,Access denied\n",
        "Error\tUnauthorized\n",
        "error\nService Unavailable\n",
        "message\n",
        "{id},name\n1,Ann\n",
        "{\"id\"},name\n1,Ann\n",
        "{},name\n1,Ann\n",
        "[1] Name,[2] Score\nAnn,3\n",
        "[name],[score]\nAnn,3\n",
        "[1]\n[2]\n",
        "\"{\"\"a\"\":1}\",name\n\"{\"\"a\"\":2}\",Ann\n",
        "\"[\",x\n1,2\n",
        "null,nothing\n1,2\n",
        "nullable\nyes\n",
        "<b>Name</b>,<i>Score</i>\nAnn,3\n",
        "<id>,name\n1,Ann\n",
        "<p>Question 1</p>,<p>Question 2</p>\nyes,no\n",
        "<error>,x\n1,2\n",
        "PK,name\n1,Ann\n",
        "Service Unavailable,Requests\nyes,4\n",
        "404 page not found is what users saw\nyes\n",
        "id\n",
        "=cmd|' /C calc'!A0,x\n",
        "\uFEFFid,name\n1,Ann\n",
        "1000001   Garcia   Nursing  3.91\n1000002   Not found  x\n"
      })
  void rows_that_only_look_or_speak_like_an_error_are_data(String rows) {
    assertTaken(rows, FileKind.CSV);
    assertTaken(rows, FileKind.TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"504b030414000000", "1f8b0800000000", "d0cf11e0a1b11ae1", "255044462d312e37"})
  void an_archive_or_a_workbook_is_no_text(String magic) {
    byte[] body = Arrays.copyOf(HexFormat.of().parseHex(magic), 600);

    assertThat(failure(body, FileKind.CSV, JsonShape.ANY).failureName()).isEqualTo("NOT_ROWS");
    assertThat(failure(body, FileKind.TEXT, JsonShape.ANY).failureName()).isEqualTo("NOT_ROWS");
  }

  @Test
  void rows_in_utf_16_are_rows_and_a_document_in_it_is_none() {
    assertThat(
            failure(
                "\uFEFFid,name\n".getBytes(StandardCharsets.UTF_16LE), FileKind.CSV, JsonShape.ANY))
        .isNull();
    assertThat(
            failure(
                "\uFEFF{\"error\": 1}".getBytes(StandardCharsets.UTF_16LE),
                FileKind.CSV,
                JsonShape.ANY))
        .isNotNull();
  }

  @Test
  void a_large_json_document_is_no_rows_though_its_beginning_alone_does_not_say_so() {
    String rows = "{\"a\": [" + "\"x\",".repeat(20_000) + "1]}";

    assertThat(failure(rows, FileKind.CSV).failureName()).isEqualTo("NOT_ROWS");
    assertThat(failure(rows.substring(0, 50_000), FileKind.CSV).failureName())
        .isEqualTo("NOT_ROWS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook><Worksheet/></Workbook>",
        "<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>1</td></tr></table></body></html>"
      })
  void what_excel_itself_marks_as_a_workbook_is_one(String body) {
    assertTaken(body, FileKind.EXCEL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,name\n1,Ann\n",
        "id\tname\n1\tAnn\n",
        "<table><tr><td>1</td></tr></table>",
        "x"
      })
  void a_workbook_without_its_signature_is_refused_by_name(String body) {
    assertThat(failure(body, FileKind.EXCEL).failureName()).isIn("NOT_A_WORKBOOK", "LOGIN_PAGE");
  }

  @Test
  void a_workbook_of_either_age_is_excel() {
    byte[] old = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 2_048);
    byte[] young =
        new Archive()
            .stored("[Content_Types].xml", "<Types/>")
            .stored("xl/workbook.xml", "")
            .end("");

    assertThat(failure(old, FileKind.EXCEL, JsonShape.ANY)).isNull();
    assertThat(failure(young, FileKind.EXCEL, JsonShape.ANY)).isNull();
    assertThat(failure(new Archive().stored("a.csv", "1").end(""), FileKind.EXCEL, JsonShape.ANY))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>applicants</body></html>",
        "<html><head><title>Errors of May, by nurse</title></head><body><p>404 forms had none</p></body></html>",
        "<h2>Forms</h2><table><tr><td>error 404 not found</td></tr></table>",
        "<!DOCTYPE html><html><head><title>Error report of May</title></head><body><table><tr><td>1</td></tr></table></body></html>",
        "<table><tr><td>&lt;input type=password&gt;</td></tr></table>"
      })
  void a_page_that_was_asked_for_is_taken(String page) {
    assertTaken(page, FileKind.HTML);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body><table><tr><td><input name=p type=\"password\"></td></tr></table></body></html>",
        "<html><head><title>Sign in</title></head><body></body></html>",
        "<html><body><h1>503 Service Unavailable</h1></body></html>"
      })
  void a_login_page_is_none_though_a_page_was_asked_for(String page) {
    assertThat(failure(page, FileKind.HTML).failureName()).isEqualTo("LOGIN_PAGE");
    assertThat(failure(page, FileKind.HTML_TABLE).failureName()).isEqualTo("LOGIN_PAGE");
  }

  @Test
  void a_page_without_a_table_is_none_where_tables_were_asked_for() {
    assertThat(
            failure("<html><body>We will be back soon</body></html>", FileKind.HTML_TABLE)
                .failureName())
        .isEqualTo("LOGIN_PAGE");
  }

  @Test
  void one_well_formed_xml_document_is_xml() {
    assertTaken("<?xml version=\"1.0\"?><forms><form>error</form></forms>", FileKind.XML);
    assertThat(failure("<forms><form>", FileKind.XML).failureName()).isEqualTo("BROKEN_XML");
    assertThat(failure("<forms/><forms/>", FileKind.XML).failureName()).isEqualTo("BROKEN_XML");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "[{\"name\":\"Ann\",\"error\":\"none\"}]",
        "{\"name\":\"Ann\",\"message\":\"hello\"}",
        "{\"id\":1,\"title\":\"x\",\"code\":404,\"city\":\"y\"}",
        "{\"errors\":[],\"rows\":[1]}",
        "{\"errors\":[\"row 3 was left out\"],\"rows\":[[1]]}",
        "{\"error\":0,\"data\":{\"a\":1}}",
        "{\"error\":null,\"rows\":[]}"
      })
  void json_of_no_known_shape_is_taken_unless_it_is_an_error(String json) {
    assertTaken(json, FileKind.JSON);
    assertTaken(json, FileKind.ANY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "definition:object, records:array ~ {\"id\":1,\"definition\":{},\"records\":[]}",
        "definition:object, records:array ~ {\"records\":[{}],\"x\":{\"records\":1},\"definition\":{\"fields\":[]}}",
        "*.headers:array, *.rows:array ~ {\"#\":{\"headers\":[],\"rows\":[]}}",
        "*.headers:array, *.rows:array ~ {\"error\":{\"headers\":[\"a\"],\"rows\":[]},\"b\":{\"rows\":[],\"headers\":[]}}"
      })
  void json_of_the_shape_that_was_asked_for_is_taken(String shape, String json) {
    assertThat(failure(utf8(json), FileKind.JSON, JsonShape.of(shape))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        RECORDS + "~ {} ~ has no definition",
        RECORDS + "~ [] ~ is an array, no object",
        RECORDS + "~ null ~ is empty, no object",
        RECORDS + "~ 17 ~ is a number, no object",
        RECORDS + "~ {\"definition\":{},\"records\":null} ~ has no records",
        RECORDS + "~ {\"definition\":{},\"records\":{}} ~ its records is an object, no array",
        RECORDS
            + "~ {\"definition\":{},\"records\":[],\"records\":3} ~ its records is a number, no array",
        RECORDS + "~ {\"x\":{\"definition\":{},\"records\":[]}} ~ has no definition",
        TABLES + "~ {} ~ has no headers",
        TABLES + "~ {\"a\":[]} ~ its a is an array, no object",
        TABLES + "~ {\"a\":{\"headers\":[]}} ~ its a has no rows",
        TABLES + "~ {\"a\":{\"headers\":[],\"rows\":[]},\"b\":{}} ~ its b has no headers"
      })
  void json_of_another_shape_is_not_the_file(String shape, String json, String why) {
    StagingFailure failure = failure(utf8(json), FileKind.JSON, JsonShape.of(shape));

    assertThat(failure.failureName()).isEqualTo("NOT_THE_FILE");
    assertThat(failure).hasMessageContaining(why);
  }

  @Test
  void json_that_is_not_the_file_is_named_by_its_members_and_never_quoted() {
    StagingFailure failure =
        failure(utf8("{\"name\":\"Garcia\",\"rows\":[1]}"), FileKind.JSON, JsonShape.of(RECORDS));

    assertThat(failure.getMessage()).contains("name, rows").doesNotContain("Garcia");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"error\":401,\"error_text\":\"API token required\"} ~ 401 ~ API token required",
        "{\"error\":{\"code\":403,\"message\":\"no\"}} ~ 403 ~ no",
        "{\"error\":\"invalid_token\"} ~ 401 ~ invalid_token",
        "{\"errors\":[{\"status\":\"429\",\"title\":\"slow\"}]} ~ 429 ~ slow",
        "{\"status\":404,\"message\":\"Batch not found\"} ~ 404 ~ Batch not found",
        "{\"error\":999,\"error_text\":\"x\"} ~ 999 ~ x",
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error> ~ 403 ~ Access Denied",
        "<xml><error>401</error><error_text>token</error_text></xml> ~ 401 ~ token",
        "Unauthorized ~ 401 ~ Unauthorized",
        "503 Service Unavailable ~ 503 ~ 503 Service Unavailable",
        "{\"error\":401,\"error_text\":\"cut of ~ 401 ~ ''"
      })
  void an_error_says_its_number_and_its_words(String body, int code, String said) {
    ErrorDocument error = ErrorDocument.of(utf8(body)).orElseThrow();

    assertThat(error.code()).isEqualTo(code);
    assertThat(error.said()).isEqualTo(said);
  }

  static Stream<Arguments> unnamed() throws IOException {
    return Stream.of(
        Arguments.of(utf8("id,name\n1,Garcia\n"), "7", "7.csv"),
        Arguments.of(Zips.stored("rows"), "7", "7.zip"),
        Arguments.of(Zips.stored("rows"), "7.dat", "7.dat"),
        Arguments.of(workbook(), "7", "7.xlsx"),
        Arguments.of(gzip("rows"), "v1.2", "v1.2.gz"));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(utf8(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] workbook() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
      zip.write(utf8("<Types/>"));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("unnamed")
  void a_file_that_nobody_named_or_declared_ends_as_what_it_proves_to_be(
      byte[] body, String fallback, String name) {
    StagingArea area = new StagingArea(folder, StagingLimits.defaults(), Clock.systemUTC());
    Answer answer =
        new Answer(
            200,
            body.length,
            null,
            null,
            null,
            "application/octet-stream",
            null,
            null,
            false,
            new ByteArrayInputStream(body));

    Receipt receipt =
        area.slot("run", 0).receive(answer, new Expectation(FileKind.ROWS_OR_ARCHIVE, fallback));

    assertThat(receipt.name()).isEqualTo(name);
  }
}
