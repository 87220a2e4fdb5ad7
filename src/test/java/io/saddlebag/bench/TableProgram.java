package io.saddlebag.bench;

import com.sun.management.OperatingSystemMXBean;
import io.saddlebag.vendor.alida.table.ActivityTables;
import io.saddlebag.vendor.alida.table.TableOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** One conversion in a process of its own; prints seconds, CPU seconds and its peak of memory. */
public final class TableProgram {
  private TableProgram() {}

  /** Arguments: plain or tables, the document, the table. */
  public static void main(String[] arguments) throws Exception {
    Path document = Path.of(arguments[1]);
    Path table = Path.of(arguments[2]);
    long start = System.nanoTime();
    if (arguments[0].equals("plain")) {
      new PlainActivityTable().convert(document, table);
    } else {
      new ActivityTables(TableOptions.standard()).wide(document.toFile(), table);
    }
    double wall = (System.nanoTime() - start) / 1e9;
    double cpu =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime()
            / 1e9;
    Path status = Path.of("/proc/self/status");
    String peak =
        Files.exists(status)
            ? Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("0")
                .replaceAll("\\D+", "")
            : "0";
    System.out.println(wall + " " + cpu + " " + Long.parseLong(peak) / 1024.0);
  }
}
