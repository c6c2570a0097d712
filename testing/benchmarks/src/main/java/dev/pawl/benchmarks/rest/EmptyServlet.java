package dev.pawl.benchmarks.rest;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * A servlet on Tomcat that answers every request with the same digits, with Tomcat's own defaults but one: it closes a
 * connection after 100 requests, and here it keeps it.
 */
public final class EmptyServlet {

    private EmptyServlet() {}

    /**
     * Serves until it is killed.
     *
     * @param args port on loopback, length of the body
     * @throws LifecycleException if it does not start
     * @throws IOException if there is no temporary directory
     */
    public static void main(String[] args) throws LifecycleException, IOException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("empty-servlet").toString());
        Connector connector = new Connector();
        connector.setPort(Integer.parseInt(args[0]));
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "-1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "empty", new Digits(Integer.parseInt(args[1])));
        context.addServletMappingDecoded("/*", "empty");
        tomcat.start();
        tomcat.getServer().await();
    }

    private static final class Digits extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final byte[] body;

        Digits(int length) {
            this.body = "1".repeat(length).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
