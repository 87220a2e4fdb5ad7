package io.saddlebag.docs;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fenced blocks of a page in docs/recipes, so that what a reader copies is what a test ran. */
public final class Recipe {
  private final String page;

  private Recipe(String page) {
    this.page = page;
  }

  /** The page of this name. */
  public static Recipe of(String name) throws IOException {
    return new Recipe(Files.readString(Path.of("docs/recipes/" + name + ".md")));
  }

  /** Its first block of YAML. */
  public String yaml() {
    return blocks("yaml", "").get(0);
  }

  /** All its blocks of a kind that are indented so far, in order, without that. */
  public List<String> blocks(String kind, String indent) {
    List<String> blocks = new ArrayList<>();
    Matcher fences =
        Pattern.compile("(?ms)^" + indent + "```" + kind + "\\n(.*?)^" + indent + "```$")
            .matcher(page);
    while (fences.find()) {
      blocks.add(fences.group(1).replaceAll("(?m)^" + indent, ""));
    }
    return blocks;
  }

  /** The steps of the export in its nth block of YAML, to stand in another export. */
  public String steps(int block) {
    String yaml = blocks("yaml", "").get(block);
    return yaml.substring(yaml.indexOf("      steps:\n") + "      steps:\n".length()).indent(-8);
  }

  /** The properties of its first such block. */
  public Map<String, String> properties() throws IOException {
    Properties read = new Properties();
    read.load(new StringReader(blocks("properties", "").get(0)));
    Map<String, String> properties = new TreeMap<>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    return properties;
  }
}
