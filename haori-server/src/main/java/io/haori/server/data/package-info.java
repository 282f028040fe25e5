/**
 * Data that people bring: {@link io.haori.server.data.DataSets} keeps every upload as a version
 * that never changes, {@link io.haori.server.data.DataCheck} has a process of its own read it.
 */
@NullMarked
package io.haori.server.data;

import org.jspecify.annotations.NullMarked;
