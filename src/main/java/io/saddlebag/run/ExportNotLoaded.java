package io.saddlebag.run;

/** The file of a run's export was taken away, or could not be loaded: the run waits for it. */
final class ExportNotLoaded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExportNotLoaded(String export) {
    super("the export " + export + " is not loaded");
  }
}
