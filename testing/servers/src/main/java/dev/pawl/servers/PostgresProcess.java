package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of this machine's binaries. */
final class PostgresProcess extends ServerProcess {

    /** The end is an immediate shutdown: nothing of a test's data is worth more, but shared memory is cleaned up. */
    private static final Kind KIND = new Kind("PostgreSQL", new ServerUser("postgres"), "INT", "QUIT");

    private final Path binaries;
    private final List<String> settings;

    private PostgresProcess(Path binaries, Path folder, Settings given) {
        super(KIND, folder, given.environment());
        this.binaries = binaries;
        this.settings = given.lines();
    }

    static PostgresProcess create(Settings settings) throws IOException, InterruptedException {
        Path binaries = PostgresBinaries.find();
        PostgresProcess made = new PostgresProcess(binaries, Files.createTempDirectory("pawl-postgres-"), settings);
        made.create();
        return made;
    }

    @Override
    List<String> preparation() {
        return List.of(
                binaries.resolve("initdb").toString(),
                "--pgdata=" + data(),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
    }

    @Override
    List<String> server() {
        List<String> command =
                new ArrayList<>(List.of(binaries.resolve("postgres").toString(), "-D", data().toString()));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port(),
                "unix_socket_directories=" + folder(),
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on")) {
            command.addAll(List.of("-c", setting));
        }
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }

    @Override
    Path pidFile() {
        return data().resolve("postmaster.pid");
    }

    @Override
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres";
    }

    private Path data() {
        return folder().resolve("data");
    }
}
