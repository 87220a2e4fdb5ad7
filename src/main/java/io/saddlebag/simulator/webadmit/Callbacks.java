package io.saddlebag.simulator.webadmit;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.simulator.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Completion callbacks of export files (the sheet, section 2.6): form-encoded, without a secret,
 * and by a switch lost, sent twice, or sent before the status shows it (item 15). Guarded by its
 * simulator.
 */
final class Callbacks {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, String> wanted = new HashMap<>();

  /** Remembers the address that a create names, in its query or its body. */
  void remember(int file, Call call) {
    String address = address(call);
    if (address != null) {
      wanted.putIfAbsent(file, address);
    }
  }

  private static @Nullable String address(Call call) {
    String query = call.query("callback");
    JsonNode body = call.json().path("callback");
    return query != null ? query : body.isTextual() ? body.asText() : null;
  }

  /** Tells so many times that a file is there; at most once a file unless told otherwise. */
  void tell(int file, int export, String status, int times) {
    String address = wanted.remove(file);
    if (address == null) {
      return;
    }
    String form =
        pair("export_file[id]", String.valueOf(file))
            + "&"
            + pair("export_file[export_id]", String.valueOf(export))
            + "&"
            + pair("export_file[status]", status);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    for (int i = 0; i < times; i++) {
      CompletableFuture<HttpResponse<Void>> unused =
          http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    }
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
