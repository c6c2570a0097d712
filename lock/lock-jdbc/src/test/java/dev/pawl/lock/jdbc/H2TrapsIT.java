package dev.pawl.lock.jdbc;

final class H2TrapsIT extends JdbcTrapsContract {

    @Override
    String url() {
        return "jdbc:h2:mem:traps;DB_CLOSE_DELAY=-1";
    }

    @Override
    String setZone(String offset) {
        return "SET TIME ZONE '" + offset + "'";
    }
}
