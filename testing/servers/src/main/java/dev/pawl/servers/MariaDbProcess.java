package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A MariaDB of this machine's binaries. */
final class MariaDbProcess extends ServerProcess {

    /** It leaves nothing behind outside of its folder, so that a kill is its quickest end. */
    private static final Kind KIND = new Kind("MariaDB", new ServerUser("mysql"), "TERM", "KILL");

    /** Small files are what makes it start within a second. */
    private static final List<String> SMALL = List.of("--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M");

    private record Binaries(Path installation, Path server) {}

    private final Binaries binaries;
    private final List<String> settings;

    private MariaDbProcess(Binaries binaries, Path folder, Settings given) {
        super(KIND, folder, given.environment());
        this.binaries = binaries;
        this.settings = given.lines();
    }

    static MariaDbProcess create(Settings settings) throws IOException, InterruptedException {
        Binaries binaries = find();
        MariaDbProcess made = new MariaDbProcess(binaries, Files.createTempDirectory("pawl-mariadb-"), settings);
        made.create();
        return made;
    }

    private static Binaries find() {
        Optional<Path> installation = Commands.find("mariadb-install-db");
        Optional<Path> server = Commands.find("mariadbd");
        if (installation.isEmpty() || server.isEmpty()) {
            throw Missing.tool("MariaDB is missing: install its server (Debian: apt-get install mariadb-server), or"
                    + " name one in PAWL_MARIADB_URL");
        }
        return new Binaries(installation.get(), server.get());
    }

    /** Nothing is worth a sync before the first start; what the kernel has been given survives a kill. */
    @Override
    List<String> preparation() {
        List<String> command = new ArrayList<>(List.of(
                binaries.installation.toString(),
                "--no-defaults",
                "--datadir=" + data(),
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                "--innodb-flush-method=nosync"));
        command.addAll(SMALL);
        return command;
    }

    @Override
    List<String> server() {
        List<String> command = new ArrayList<>(List.of(
                binaries.server.toString(),
                "--no-defaults",
                "--datadir=" + data(),
                "--bind-address=127.0.0.1",
                "--port=" + port(),
                "--socket=" + folder().resolve("socket"),
                "--pid-file=" + pidFile(),
                "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-doublewrite=1"));
        command.addAll(SMALL);
        settings.forEach(setting -> command.add("--" + setting));
        return command;
    }

    @Override
    Path pidFile() {
        return folder().resolve("pid");
    }

    @Override
    String url() {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/?user=root";
    }

    private Path data() {
        return folder().resolve("data");
    }
}
