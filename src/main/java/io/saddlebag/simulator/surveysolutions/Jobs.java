package io.saddlebag.simulator.surveysolutions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All jobs of the server, in one sequence for all workspaces (section 2.1). */
final class Jobs {
  private static final long FIRST = 2_838;

  private final Settings settings;
  private final List<Job> all = new ArrayList<>();
  private final Set<Job> hidden = new HashSet<>();

  Jobs(Settings settings) {
    this.settings = settings;
  }

  /** The open job with the same tag, or a new one (section 8 items 4 to 6). */
  Job createOrJoin(ExportParameters parameters, Instant now) {
    String tag = parameters.tag();
    for (Job job : all) {
      if (job.isOpen() && !hidden.contains(job) && job.parameters().tag().equals(tag)) {
        return job;
      }
    }
    Job job = new Job(FIRST + all.size(), parameters, settings, now);
    all.add(job);
    return job;
  }

  /** The job of a workspace, or null; other workspaces' jobs are not found (section 2.1). */
  @Nullable Job find(String workspace, long id) {
    return in(workspace).filter(job -> job.id() == id).findFirst().orElse(null);
  }

  /** The jobs of a workspace, newest first (section 8 item 21). */
  Stream<Job> in(String workspace) {
    return all.stream()
        .filter(job -> job.parameters().workspace().equals(workspace) && !hidden.contains(job))
        .sorted(Comparator.comparingLong(Job::id).reversed());
  }

  /** Hides the jobs of questionnaires that were deleted (section 8 item 19). */
  void hide(Predicate<String> questionnaires) {
    all.stream()
        .filter(job -> questionnaires.test(job.parameters().questionnaire()))
        .forEach(hidden::add);
  }

  /** All of them, in the order of their creation. */
  List<Job> all() {
    return all;
  }
}
