package io.saddlebag.simulator.surveysolutions;

/** The user's own cloud that an archive may be pushed to (section 2.1). */
enum CloudStorage implements VendorEnum {
  DROPBOX(1, "Dropbox"),
  ONE_DRIVE(2, "OneDrive"),
  GOOGLE_DRIVE(3, "GoogleDrive");

  private final int code;
  private final String word;

  CloudStorage(int code, String word) {
    this.code = code;
    this.word = word;
  }

  @Override
  public int code() {
    return code;
  }

  @Override
  public String word() {
    return word;
  }
}
