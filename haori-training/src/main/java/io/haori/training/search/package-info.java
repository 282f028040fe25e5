/**
 * Search for good settings: random ones, most of which are given up after a few epochs.
 *
 * <p>Start at {@link io.haori.training.search.SettingsSearch}. What may vary a method says as
 * {@link io.haori.adapter.spi.SearchedSetting}.
 */
@NullMarked
package io.haori.training.search;

import org.jspecify.annotations.NullMarked;
