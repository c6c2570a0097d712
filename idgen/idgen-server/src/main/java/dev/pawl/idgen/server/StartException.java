package dev.pawl.idgen.server;

/** The service cannot start. The message is one line for whoever started it. */
final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** The world is not as it has to be: exit code 1. */
    StartException(String message) {
        this(message, 1);
    }

    private StartException(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The configuration or the command line is wrong: exit code 2. */
    static StartException configuration(String message) {
        return new StartException(message, 2);
    }

    int exitCode() {
        return exitCode;
    }
}
