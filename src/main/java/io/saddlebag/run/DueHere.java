package io.saddlebag.run;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;

/**
 * Lets the timer of transfers look only for what this node may carry on: what every node may, and
 * what needs the files on this node's disk. Left to itself db-scheduler picks what is due of other
 * nodes, too, and only then finds that it does not know the task.
 */
final class DueHere {
  private DueHere() {}

  /** The database's ways, with due rows of these tasks alone; names of tasks are our own. */
  static JdbcCustomization of(boolean sqlite, String... tasks) {
    String mine = " and task_name in ('" + String.join("', '", tasks) + "') ";
    return sqlite ? new Sqlite(mine) : new PostgreSql(mine);
  }

  private static final class Sqlite extends SqliteJdbcCustomization {
    private final String mine;

    Sqlite(String mine) {
      this.mine = mine;
    }

    @Override
    public String createSelectDueQuery(String table, int limit, String and, boolean byPriority) {
      return super.createSelectDueQuery(table, limit, mine + and, byPriority);
    }
  }

  private static final class PostgreSql extends PostgreSqlJdbcCustomization {
    private final String mine;

    PostgreSql(String mine) {
      super(true, false);
      this.mine = mine;
    }

    @Override
    public String createGenericSelectForUpdateQuery(
        String table, int limit, String and, boolean byPriority) {
      return super.createGenericSelectForUpdateQuery(table, limit, mine + and, byPriority);
    }
  }
}
