package io.saddlebag.run;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections that ask the database for the plan of each statement before they execute it. */
final class ExplainedPool extends HikariDataSource {
  private final String explain;
  private final Map<String, String> plans = new LinkedHashMap<>();
  private final List<String> executed = new ArrayList<>();
  private boolean on;

  ExplainedPool(HikariConfig configuration, boolean sqlite) {
    super(configuration);
    this.explain = sqlite ? "explain query plan " : "explain ";
  }

  /** From now on statements are explained. */
  void explain() {
    on = true;
  }

  /** The plans of all statements since, by statement. */
  Map<String, String> plans() {
    return plans;
  }

  /** All statements since, in order. */
  List<String> executed() {
    return executed;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = super.getConnection();
    return on
        ? proxy(Connection.class, (method, arguments) -> connected(connection, method, arguments))
        : connection;
  }

  private Object connected(Connection connection, Method method, Object[] arguments)
      throws Throwable {
    Object answer = invoke(connection, method, arguments);
    if (!method.getName().equals("prepareStatement")
        || !((String) arguments[0])
            .strip()
            .toLowerCase()
            .matches("(?s)(select|insert|update|delete|with).*")) {
      return answer;
    }
    String sql = (String) arguments[0];
    PreparedStatement plan = connection.prepareStatement(explain + sql);
    return proxy(
        PreparedStatement.class,
        (called, values) -> {
          if (called.getName().startsWith("set")
              && values.length >= 2
              && values[0] instanceof Integer) {
            invoke(plan, called, values);
          } else if (called.getName().startsWith("execute")) {
            read(sql, plan);
          } else if (called.getName().equals("close")) {
            plan.close();
          }
          return invoke(answer, called, values);
        });
  }

  private void read(String sql, PreparedStatement plan) throws SQLException {
    StringBuilder lines = new StringBuilder();
    try (ResultSet rows = plan.executeQuery()) {
      while (rows.next()) {
        lines.append(rows.getString(rows.getMetaData().getColumnCount())).append('\n');
      }
    }
    plans.put(sql, lines.toString());
    executed.add(sql);
  }

  private interface Calls {
    Object call(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                calls.call(method, arguments == null ? new Object[0] : arguments)));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
