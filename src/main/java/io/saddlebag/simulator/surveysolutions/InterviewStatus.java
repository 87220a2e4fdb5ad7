package io.saddlebag.simulator.surveysolutions;

/** Which interviews an export takes (Survey Solutions sheet, section 2.1). */
enum InterviewStatus implements VendorEnum {
  ALL(0, "All"),
  SUPERVISOR_ASSIGNED(40, "SupervisorAssigned"),
  INTERVIEWER_ASSIGNED(60, "InterviewerAssigned"),
  REJECTED_BY_SUPERVISOR(65, "RejectedBySupervisor"),
  COMPLETED(100, "Completed"),
  APPROVED_BY_SUPERVISOR(120, "ApprovedBySupervisor"),
  REJECTED_BY_HEADQUARTERS(125, "RejectedByHeadquarters"),
  APPROVED_BY_HEADQUARTERS(130, "ApprovedByHeadquarters");

  private final int code;
  private final String word;

  InterviewStatus(int code, String word) {
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
