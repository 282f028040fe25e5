/**
 * Adapters that are loaded by their path, from under one folder: {@link
 * io.haori.server.local.LocalAdapters}.
 */
@NullMarked
package io.haori.server.local;

import org.jspecify.annotations.NullMarked;
