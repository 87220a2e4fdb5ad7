package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Content-Disposition, or else a link, says that a file is called. */
class VendorNamesTest {
  private static String name(String header) {
    return FileNames.safe(ContentDisposition.fileName(header).orElse(null), "fallback.csv");
  }

  /** As an HTTP client hands it on: a character for each byte. */
  private static String bytes(String header, Charset charset) {
    return new String(header.getBytes(charset), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attachment; filename=\"résultats été.csv\" | résultats été.csv",
        "attachment; filename=отчёт за май.csv | отчёт за май.csv",
        "attachment; filename=\"отчёт.csv\"; size=3 | отчёт.csv",
        "inline; filename = 数据.csv ; x=y | 数据.csv"
      })
  void raw_utf8_is_read_as_utf8(String header, String expected) {
    assertThat(name(bytes(header, StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @Test
  void other_raw_bytes_are_those_of_windows() {
    assertThat(name(bytes("attachment; filename=\"Größe € 5.csv\"", Charset.forName("cp1252"))))
        .isEqualTo("Größe € 5.csv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filename=\"=?UTF-8?B?0L7RgtGH0ZHRgi5jc3Y=?=\" | отчёт.csv",
        "filename=\"=?utf-8?q?r=C3=A9sultats_=C3=A9t=C3=A9?=.csv\" | résultats été.csv",
        "filename==?UTF-8?B?0L7RgtGH0ZHRgi5jc3Y=?= | отчёт.csv",
        "filename=\"=?UTF-8?B?0L7RgtGH?= =?UTF-8?B?0ZHRgi5jc3Y=?=\" | отчёт.csv",
        // One character in two words.
        "filename=\"=?UTF-8?Q?=D0?= =?UTF-8?Q?=BE.csv?=\" | о.csv",
        "filename=\"=?koi8-r?B?z9TexdQ=?=.csv\" | отчет.csv",
        "filename=\"=?ISO-8859-1*en?Q?=E9t=E9?= 2026.csv\" | été 2026.csv",
        "filename=\"a =?UTF-8?Q?b?= c.csv\" | a b c.csv",
        // Not to be read: the letters themselves are the name.
        "filename=\"=?no-such-set?B?AAAA?=.csv\" | =no-such-setBAAAA=.csv"
      })
  void encoded_words_keep_their_extension(String header, String expected) {
    assertThat(name("attachment; " + header)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filename=x.zip; filename*=UTF-8''%C3%A9t%C3%A9.zip | été.zip",
        "filename*=UTF-8''a.zip; filename=x.zip | a.zip",
        "filename=\"x.zip\"; FileName*=iso-8859-1'en'%A3%20rates.zip | £ rates.zip",
        "filename*=windows-1251''%EE%F2%F7.csv | отч.csv",
        "filename*=\"UTF-8''%e2%82%ac.csv\" | €.csv",
        // Broken: what else there is counts.
        "filename*=UTF-8''%E2%82.zip; filename=plain.zip | plain.zip",
        "filename*=UTF-8''%ZZ.zip; filename=plain.zip | plain.zip",
        "filename*=no-such-set''a.zip; filename=plain.zip | plain.zip",
        "filename*=UTF-8''%E2%82.zip | \uFFFD.zip",
        "filename*=plain.zip | plain.zip",
        "filename*0=\"long \"; filename*1=\"name.csv\" | long name.csv",
        "filename*0*=UTF-8''%C3%A9t; filename*1*=%C3%A9; filename*2=\"%20.csv\" | été%20.csv"
      })
  void the_extended_form_wins_where_it_can_be_read(String header, String expected) {
    assertThat(name("attachment; " + header)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attachment; filename=\"a\\\"b.zip\" | ab.zip",
        "attachment; filename=\"a; b.zip\" | a; b.zip",
        "attachment; filename=a b, c.zip; x=y | a b, c.zip",
        "attachment; filename=\"unfinished.zip | unfinished.zip",
        "attachment; filename=\"unfinished\\ | unfinished",
        "filename=alone.zip | alone.zip",
        "attachment;filename=\"one.zip\", attachment; filename=\"two.zip\" | one.zip",
        "attachment; filename=\"one.zip\"; filename=\"two.zip\" | one.zip",
        "attachment; x-filename=\"no.zip\"; filename=\"yes.zip\" | yes.zip",
        "attachment; note=\"filename=no.zip\"; filename=yes.zip | yes.zip",
        "attachment; filename=100%.csv | 100%.csv",
        "attachment; filename=50%25.csv | 50%.csv",
        "attachment; filename=\"%C0%AF.csv\" | %C0%AF.csv",
        "attachment; filename=\"\" | fallback.csv",
        "attachment; filename= | fallback.csv",
        "attachment | fallback.csv"
      })
  void odd_headers_are_read_as_they_are_meant(String header, String expected) {
    assertThat(name(header)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filename=\"..\\\\..\\\\etc\\\\passwd\" | passwd",
        "filename=\"C:\\Users\\me\\report.csv\" | report.csv",
        "filename=\"../../report.csv\" | report.csv",
        "filename=\"..%2F..%2Freport.csv\" | report.csv",
        "filename=\"..%252F..%255creport.csv\" | report.csv",
        "filename*=UTF-8''..%2F..%2Freport.csv | report.csv",
        "filename*=UTF-8''a%00b%C2%85%E2%80%AEc.csv | abc.csv",
        "filename*=UTF-8''gpj%E2%81%A6.exe | gpj.exe",
        "filename=\"=?UTF-8?Q?..=2F..=2Freport=0A.csv?=\" | report.csv",
        "filename=\"CON\" | _CON",
        "filename=\"con .csv\" | _con .csv",
        "filename=\"LPT¹.txt\" | _LPT¹.txt",
        "filename=\"report.csv. . .\" | report.csv",
        "filename=\"....\" | fallback.csv",
        "filename=\"-rf.csv\" | rf.csv",
        "filename=\"a..b.csv\" | a.b.csv"
      })
  void no_name_leads_elsewhere_or_hides_something(String header, String expected) {
    assertThat(name(bytes("attachment; " + header, StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "https://files.example.org/f/report%20may.csv?sig=a/b.zip | CSV | x.csv | report may.csv",
        "https://files.example.org/f/%D0%BE%D1%82%D1%87.csv | CSV | x.csv | отч.csv",
        "/files/7?dish=soup | CSV | menu.csv | 7.csv",
        "/files/7 | ZIP | menu | 7.zip",
        "/files/report.2026 | XLSX | x | report.2026.xlsx",
        "/files/data | ANY | x.tar.gz | data.tar.gz",
        "/files/data.json | ZIP | x.zip | data.json",
        "https://files.example.org/a/..%2F..%2Fb.csv | CSV | x.csv | b.csv",
        "https://files.example.org/a/%E2.csv | CSV | x.csv | %E2.csv",
        "https://files.example.org/download.php?id=3 | CSV | x.csv | none",
        "https://files.example.org/a/ | CSV | x.csv | none",
        "https://files.example.org | CSV | x.csv | none",
        "https://files.example.org?x=/y.csv | CSV | x.csv | none"
      })
  void a_link_says_the_name_when_nothing_else_does(
      String link, FileKind kind, String fallback, String expected) {
    assertThat(LinkName.of(link, kind, fallback).orElse(null)).isEqualTo(expected);
  }
}
