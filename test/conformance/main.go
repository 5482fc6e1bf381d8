// Command conformance holds the codec against messages that other projects wrote, with the verdicts
// and values of other decoders. It prints how many agree and fails where fewer do than must; with
// -write it renders docs/conformance.md. The messages are not part of this project: -vectors names
// the folder they are in. It may import anything and nobody imports it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	folder := flag.String("vectors", "", "folder of the vectors")
	document := flag.String("write", "", "file to render the report into")
	verbose := flag.Bool("v", false, "print every disagreement with its row")
	flag.Parse()
	if *folder == "" {
		fmt.Fprintln(os.Stderr, "conformance: -vectors is missing: name the folder that holds open/ and malformed/")
		os.Exit(2)
	}
	report, err := run(*folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if *verbose {
		report.printDifferences(os.Stdout)
	}
	report.print(os.Stdout)
	if *document != "" {
		if err := os.WriteFile(*document, report.document(), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "conformance:", err)
			os.Exit(2)
		}
	}
	if missed := report.missed(); len(missed) > 0 {
		for _, m := range missed {
			fmt.Fprintln(os.Stderr, "missed:", m)
		}
		os.Exit(1)
	}
}

// run asks every row everything.
func run(folder string) (*report, error) {
	rows, err := readRows(folder)
	if err != nil {
		return nil, err
	}
	r := newReport()
	for _, o := range oracles {
		answers, err := readAnswers(filepath.Join(folder, "open", o.file))
		if err != nil {
			return nil, err
		}
		r.comparisons = append(r.comparisons, newComparison(o, answers))
	}
	for i := range rows {
		row := &rows[i]
		sound := false
		for _, f := range judge(row) {
			r.add(f)
			sound = sound || f.check == relayed
		}
		if !sound {
			continue
		}
		ours, err := readOurs(row.message, row.negotiated(row.internal()))
		if err != nil {
			return nil, err
		}
		for _, c := range r.comparisons {
			c.add(row, ours)
		}
	}
	return r, nil
}
