/**
 * Methods by name: {@link io.haori.adapter.catalogue.MethodCatalogue} has one line a method and
 * makes it from the settings that a user gave as text, which {@link
 * io.haori.core.json.SettingsReader} reads.
 */
@NullMarked
package io.haori.adapter.catalogue;

import org.jspecify.annotations.NullMarked;
