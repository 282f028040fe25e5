/**
 * Where a registry keeps what it knows: rows in SQLite or PostgreSQL ({@link
 * io.haori.registry.store.Database}) and files by their digest ({@link
 * io.haori.registry.store.BlobStore}). {@link io.haori.registry.store.RegistryLocation} says where
 * both are.
 */
@NullMarked
package io.haori.registry.store;

import org.jspecify.annotations.NullMarked;
