package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.layout.IdLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.OptionalInt;

/**
 * Sonyflake's ids: ticks of 10 ms, 8 bits of sequence, 16 bits of machine. It is the snowflake engine with another layout:
 * 25,600 ids a second for each of 65,536 machines, for 174 years.
 *
 * <p>Sonyflake proper takes the machine from the low 16 bits of the private IPv4 address, which repeat across data centres
 * and clouds. Here they are a hint for which worker id to lease first, never the proof.
 */
public final class Sonyflake {

    private Sonyflake() {}

    /**
     * Starts the configuration of a generator with {@link IdLayout#SONYFLAKE}.
     *
     * @param workerIds where its worker id comes from
     * @return a builder; its {@code maxAhead} is in ticks of 10 ms
     */
    public static SnowflakeGeneratorBuilder builder(WorkerIds workerIds) {
        return SnowflakeGenerator.builder(workerIds).layout(IdLayout.SONYFLAKE);
    }

    /**
     * Returns the low 16 bits of this host's first private IPv4 address, for {@link WorkerIds#withHint}. Asks the operating
     * system for its network interfaces.
     *
     * @return a number below 65,536, or empty if there is no such address
     */
    public static OptionalInt addressHint() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && address.isSiteLocalAddress())
                    .mapToInt(Sonyflake::lowBits)
                    .findFirst();
        } catch (SocketException e) {
            return OptionalInt.empty();
        }
    }

    static int lowBits(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
    }
}
