package io.saddlebag.simulator.surveysolutions;

/** Which server plays the v1 export API (Survey Solutions sheet, section 2.2). */
public enum V1Mode {
  /** 2016 and 2017: an empty start, Finished and FinishedWithError, Range (item 23). */
  A,
  /** 19.07: a start with a job id, never Finished, Range (item 24). */
  B,
  /** 20.09: as 19.07, but 400 for an unknown questionnaire and no Range (section 2.2). */
  B_2020
}
