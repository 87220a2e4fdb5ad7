package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions as participants read them. */
class PlainTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          Rate the <b>product</b> => Rate the product
          in<b>side</b> and <i>o</i>ut => inside and out
          one<br>two<br/>three => one two three
          <p>one</p><p>two</p> => one two
          <ul><li>one<li>two</ul>three => one two three
          <table><tr><td>one</td><TD class='x'>two</TD></tr></table> => one two
          <td>one</td><td>two</td> => one two
          <style>p > b { color: red }</style>Hello<script>if (a<b) alert('x')</script> => Hello
          <p title="a > b" onclick='x("</p>")'>Hello</p> => Hello
          a<!-- not this > one -->b => ab
          caf&eacute; &Auml;&ouml; &euro;5 &ndash; &hellip; &nbsp;x => café Äö €5 – … x
          &#8364; &#x20AC; &#128512; &copy &notin; &lt;b&gt; => € € 😀 © ∉ <b>
          R&D &unknown; & more &amp;amp; => R&D &unknown; & more &amp;
          7 < 8 and 9 > 3 => 7 < 8 and 9 > 3
          age<18 => age<18
          a<b => a<b
          <div>age <18 or <b>>65</b></div> => age <18 or >65
          """)
  void markup_goes_and_text_stays(String markup, String text) {
    assertThat(PlainText.of(markup)).isEqualTo(text);
  }

  @Test
  void every_kind_of_blank_is_one_space() {
    assertThat(PlainText.of("\u00A0 one\u2003\t\r\n<p> </p>two\u3000 ")).isEqualTo("one two");
    assertThat(PlainText.of("one\u00A0\u00A0two")).isEqualTo("one two");
    assertThat(PlainText.of("")).isEmpty();
  }
}
