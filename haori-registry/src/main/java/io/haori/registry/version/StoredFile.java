package io.haori.registry.version;

import io.haori.registry.store.BlobStore.Blob;

/**
 * A file of a version.
 *
 * @param path in the adapter folder, with {@code /} between its parts
 * @param blob its content
 */
public record StoredFile(String path, Blob blob) {}
