package dev.pawl.idgen.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A key and its certificate for 127.0.0.1, made by the JDK's keytool, as two PEM files. */
record PemFiles(Path certificate, Path key, X509Certificate shown) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    static PemFiles make(Path directory, String name, String algorithm) throws Exception {
        Path store = directory.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-alias",
                "pawl",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=IP:127.0.0.1",
                "-validity",
                "2",
                "-keyalg",
                algorithm,
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString());
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD);
        }
        X509Certificate certificate = (X509Certificate) loaded.getCertificate("pawl");
        PemFiles files = new PemFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"), certificate);
        write(files.certificate, "CERTIFICATE", certificate.getEncoded());
        write(files.key, "PRIVATE KEY", loaded.getKey("pawl", PASSWORD).getEncoded());
        return files;
    }

    /** Puts another certificate and its key into these files. */
    void replaceBy(PemFiles other) throws IOException {
        Files.write(certificate, Files.readAllBytes(other.certificate));
        Files.write(key, Files.readAllBytes(other.key));
    }

    Tls tls() {
        return new Tls(certificate, key);
    }

    /** Trusts this certificate and no other. */
    KeyStore trust() throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, PASSWORD);
        trust.setCertificateEntry("pawl", shown);
        return trust;
    }

    private static void write(Path file, String kind, byte[] encoded) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }

    private static void keytool(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(said);
        }
    }
}
