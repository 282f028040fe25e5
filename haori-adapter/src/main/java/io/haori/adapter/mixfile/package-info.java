/**
 * Mixes on disk: {@link io.haori.adapter.mixfile.MixFolder} writes and reads a mix beside the
 * modules that it names by digest, and turns one into a plain LoRA; {@link
 * io.haori.adapter.mixfile.CombinationFolder} is a mix or a gate with all its modules in one
 * folder.
 */
@NullMarked
package io.haori.adapter.mixfile;

import org.jspecify.annotations.NullMarked;
