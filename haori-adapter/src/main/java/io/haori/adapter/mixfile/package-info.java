/**
 * Mixes on disk: {@link io.haori.adapter.mixfile.MixFolder} writes and reads a mix beside the
 * modules that it names by digest, and turns one into a plain LoRA.
 */
@NullMarked
package io.haori.adapter.mixfile;

import org.jspecify.annotations.NullMarked;
