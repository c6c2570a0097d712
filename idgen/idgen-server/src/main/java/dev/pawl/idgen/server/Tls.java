package dev.pawl.idgen.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The certificate that the service shows and its private key, from two PEM files. The files are read again for as long as
 * the service runs, and what they hold is used only if it fits together. Thread-safe.
 */
final class Tls {

    static final String CERTIFICATE = "pawl.http.tls.certificate";
    static final String KEY = "pawl.http.tls.key";

    private static final int MOST_BYTES = 1024 * 1024;
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** What a key of each kind signs with. */
    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    private final Path certificateFile;
    private final Path keyFile;
    private Pem newest;

    /** What the two files held. */
    @SuppressWarnings("ArrayRecordComponent") // compared by sameAs
    private record Pem(byte[] certificate, byte[] key) {

        boolean sameAs(Pem other) {
            return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
        }

        PemKeyCertOptions options() {
            return new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(certificate))
                    .setKeyValue(Buffer.buffer(key));
        }
    }

    /**
     * Reads the files and checks what they hold. Blocks.
     *
     * @param certificateFile the certificate, then those that it was signed by
     * @param keyFile the key, PKCS#8 without a password
     * @throws StartException if a file cannot be read, or does not hold what it must
     */
    Tls(Path certificateFile, Path keyFile) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.newest = read();
        check(newest);
    }

    /** Certificate and key as they were read last. */
    synchronized PemKeyCertOptions options() {
        return newest.options();
    }

    /**
     * Reads the files again. Blocks.
     *
     * @return what they hold now, or empty if that is what they held before
     * @throws StartException as the constructor; once for each state of the files
     */
    synchronized Optional<PemKeyCertOptions> changed() {
        Pem read = read();
        if (read.sameAs(newest)) {
            return Optional.empty();
        }
        newest = read;
        check(read);
        return Optional.of(read.options());
    }

    private Pem read() {
        return new Pem(bytes(CERTIFICATE, certificateFile), bytes(KEY, keyFile));
    }

    private static byte[] bytes(String name, Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                return Files.readAllBytes(file);
            }
        } catch (IOException e) {
            throw wrong(name + " must be readable", name, file);
        }
        throw wrong(name + " must be a file of at most 1 MiB", name, file);
    }

    private void check(Pem pem) {
        PublicKey certified = certified(pem.certificate());
        byte[] encoded = pkcs8(pem.key());
        if (!fits(certified, encoded)) {
            throw wrong(KEY + " must be the key of the certificate", KEY, keyFile);
        }
    }

    private PublicKey certified(byte[] pem) {
        try {
            Collection<? extends Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            for (Certificate first : chain) {
                if (SIGNATURES.containsKey(first.getPublicKey().getAlgorithm())) {
                    return first.getPublicKey();
                }
                throw wrong(CERTIFICATE + " must be one of an RSA or EC key", CERTIFICATE, certificateFile);
            }
        } catch (CertificateException e) {
            throw wrong(CERTIFICATE + " must hold PEM certificates", CERTIFICATE, certificateFile);
        }
        throw wrong(CERTIFICATE + " must hold PEM certificates", CERTIFICATE, certificateFile);
    }

    private byte[] pkcs8(byte[] pem) {
        Matcher block = PKCS8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (block.find()) {
            try {
                return Base64.getMimeDecoder().decode(block.group(1));
            } catch (IllegalArgumentException e) {
                throw wrong(KEY + " must hold a PEM key", KEY, keyFile);
            }
        }
        throw wrong(KEY + " must hold a PKCS#8 key without a password, BEGIN PRIVATE KEY", KEY, keyFile);
    }

    /** Whether what the key signs is what the certificate's key verifies. */
    private static boolean fits(PublicKey certified, byte[] encoded) {
        String algorithm = certified.getAlgorithm();
        try {
            PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            byte[] text = "pawl".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(SIGNATURES.get(algorithm));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static StartException wrong(String rule, String key, Path file) {
        return StartException.configuration(rule + ": " + key + "=" + file);
    }
}
