/**
 * The demo data: "sort the entries of a catalogue into families, one label set per product line",
 * made from the English definitions of WordNet 3.1, and in Japanese "which category does this term
 * belong to", made from the dictionary IPADIC ({@link io.haori.cli.demo.DemoTerms}). Start at
 * {@link io.haori.cli.demo.DemoData}, which writes the folders; {@link
 * io.haori.cli.demo.WordNetNouns} reads the dictionary and {@link io.haori.cli.demo.Families} finds
 * the classes in it.
 */
@NullMarked
package io.haori.cli.demo;

import org.jspecify.annotations.NullMarked;
