package demofusion.coordinator.library;

import java.nio.file.Path;

/**
 * A file of a library.
 *
 * @param name by which requests mean it
 * @param hash SHA-256 of the whole file, hexadecimal
 * @param shortHash by which other programs record it, hexadecimal ({@link FileHashes})
 */
public record LibraryFile(
    String name, LibraryKind kind, String hash, String shortHash, Path path) {}
