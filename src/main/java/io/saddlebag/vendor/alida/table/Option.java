package io.saddlebag.vendor.alida.table;

/**
 * One answer that a question offers.
 *
 * @param id what records hold
 * @param label what participants see; the id when the definition has no name
 * @param visibility active or hidden, empty where the definition does not say
 */
record Option(String id, String label, String visibility) {
  /** An option that the definition does not know, as of an answer that was deleted. */
  static Option unknown(String id) {
    return new Option(id, id, "");
  }
}
