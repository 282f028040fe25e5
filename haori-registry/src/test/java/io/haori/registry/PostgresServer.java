package io.haori.registry;

import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One PostgreSQL server for all test classes of a process; it ends with the process. */
public final class PostgresServer implements ParameterResolver {
  /** A running server. */
  public static final class Running implements AutoCloseable {
    private static final String TEMPLATE = "tables";

    private final EmbeddedPostgres server;
    private int databases;
    private boolean hasTemplate;

    Running() {
      try {
        server = EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The URL of a new empty database. */
    public synchronized String newDatabase() {
      String name = "registry" + ++databases;
      execute("CREATE DATABASE " + name);
      return url(name);
    }

    /** The URL of a new database that has the tables of a registry, all empty. */
    public synchronized String newTables() {
      if (!hasTemplate) {
        execute("CREATE DATABASE " + TEMPLATE);
        RegistryLocation location = RegistryLocation.parse(url(TEMPLATE), Path.of("unused"));
        Database.open(location, null, true).close();
        hasTemplate = true;
      }
      String name = "registry" + ++databases;
      execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
      return url(name);
    }

    private String url(String name) {
      return "jdbc:postgresql://localhost:" + server.getPort() + "/" + name + "?user=postgres";
    }

    private void execute(String command) {
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(command);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Started when a test asks first; the embedded server stops itself with the process. */
  private static final class Shared {
    static final Running SERVER = new Running();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Running.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Shared.SERVER;
  }
}
