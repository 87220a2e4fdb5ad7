package io.saddlebag.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The route files that the recipes show, so that tests run what users read. */
public final class Recipe {
  private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\\n(.*?)```");

  private Recipe() {}

  /** The first YAML block of a recipe. */
  public static String yaml(String recipe) throws IOException {
    return blocks(recipe).get(0);
  }

  /** All YAML blocks of a recipe, in order. */
  public static List<String> blocks(String recipe) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(Path.of("docs", "recipes").resolve(recipe)));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }
}
