package dev.pawl.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/**
 * The user as whom root runs a server, since databases refuse to run as root. Anyone else runs it as himself.
 *
 * @param name the user that the server's package makes
 */
record ServerUser(String name) {

    /** Gives a folder to that user. */
    void own(Path folder) throws IOException {
        if (isRoot()) {
            UserPrincipal user =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
            Files.setOwner(folder, user);
        }
    }

    /** Wraps a command so that it runs as that user. */
    List<String> command(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> wrapped =
                new ArrayList<>(List.of("setpriv", "--reuid=" + name, "--regid=" + name, "--init-groups", "--"));
        if (!Commands.isInstalled("setpriv")) {
            wrapped = new ArrayList<>(List.of("runuser", "-u", name, "--"));
        }
        wrapped.addAll(command);
        return wrapped;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
