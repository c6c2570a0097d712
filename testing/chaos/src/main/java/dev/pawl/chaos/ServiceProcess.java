package dev.pawl.chaos;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One life of the id service: a process that was ready when it was handed out. */
public final class ServiceProcess implements AutoCloseable {

    /** The service takes a port that is free and says which. */
    private static final Pattern ADDRESS = Pattern.compile("Ids at http://[^/ ]+:(\\d+)/");

    private final ChildProcess process;
    private final int port;

    private ServiceProcess(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServiceProcess whenReady(ChildProcess process) {
        try {
            Await.until("the service listens", Await.PATIENCE, () -> hasAddress(process));
            Matcher address = ADDRESS.matcher(process.log());
            if (!address.find()) {
                throw new AssertionError("the service ended at its start:" + System.lineSeparator() + process.log());
            }
            int port = Integer.parseInt(address.group(1));
            Await.until("the service is ready", Await.PATIENCE, () -> isReady(port));
            return new ServiceProcess(process, port);
        } catch (Throwable e) {
            process.close();
            throw e;
        }
    }

    private static boolean hasAddress(ChildProcess process) {
        return ADDRESS.matcher(process.log()).find() || !process.isAlive();
    }

    private static boolean isReady(int port) {
        try (IdConnection connection = new IdConnection(port)) {
            return connection.get("/readyz", "text/plain").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks the service whether it can give ids.
     *
     * @return whether it says so
     */
    public boolean isReady() {
        return isReady(port);
    }

    /**
     * Opens a connection of its own.
     *
     * @return the connection
     * @throws IOException if the service does not take it
     */
    public IdConnection connect() throws IOException {
        return new IdConnection(port);
    }

    /**
     * Returns where the service is.
     *
     * @return its address
     */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Returns the process, to kill it, stop it or pause it.
     *
     * @return the process
     */
    public ChildProcess process() {
        return process;
    }

    /**
     * Stops the service by SIGTERM.
     *
     * @return its exit code
     */
    public int terminate() {
        return process.terminate(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        process.close();
    }
}
