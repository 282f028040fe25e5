/**
 * A proof of concept as its registry's log has it: {@link io.haori.cli.proof.ProofStart} (what was
 * fixed beforehand), a {@link io.haori.cli.proof.StageResult} for each stage, and {@link
 * io.haori.cli.proof.ProofEnd}. {@link io.haori.cli.proof.ProofStory} reads them, {@link
 * io.haori.cli.proof.ProofWords} says them.
 */
@NullMarked
package io.haori.cli.proof;

import org.jspecify.annotations.NullMarked;
