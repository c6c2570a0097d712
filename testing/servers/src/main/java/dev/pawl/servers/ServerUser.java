package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL refuses to run as root, so root runs it as the user {@code postgres}. */
final class ServerUser {

    private static final String USER = "postgres";

    private ServerUser() {}

    /** Gives a folder to the user as whom the server will run. */
    static void own(Path folder) throws IOException {
        if (isRoot()) {
            UserPrincipal user =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
            Files.setOwner(folder, user);
        }
    }

    /** Wraps a command so that it runs as that user. */
    static List<String> command(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> wrapped =
                new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups", "--"));
        if (!Commands.isInstalled("setpriv")) {
            wrapped = new ArrayList<>(List.of("runuser", "-u", USER, "--"));
        }
        wrapped.addAll(command);
        return wrapped;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
