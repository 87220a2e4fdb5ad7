package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Proves that a file is one well-formed XML document, as a stream. Nothing that it refers to is
 * ever opened: documents with a DTD of their own are read without it.
 */
final class XmlCheck {
  private final Path file;

  XmlCheck(Path file) {
    this.file = file;
  }

  /** Throws BROKEN_XML or NOT_THE_FILE. */
  List<String> check() throws IOException {
    Optional<ErrorDocument> error = ErrorDocument.in(file);
    if (error.isPresent()) {
      throw StagingFailure.instead(
          "NOT_THE_FILE",
          "the vendor sent an error instead of the file" + ContentChecks.saying(error.get()),
          error.get());
    }
    if (!wellFormed()) {
      throw StagingFailure.retry("BROKEN_XML", "the XML document is cut off or not well-formed");
    }
    return List.of("xml");
  }

  /** Whether a file that should be text is an XML document instead. */
  boolean insteadOfText() throws IOException {
    return wellFormed();
  }

  private boolean wellFormed() throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      while (xml.hasNext()) {
        xml.next();
      }
      return true;
    } catch (XMLStreamException notWellFormed) {
      return false;
    }
  }
}
