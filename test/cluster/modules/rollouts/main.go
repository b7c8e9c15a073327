// kubectl-argo-rollouts without its dashboard, whose pages are not in the module: the two commands that a way back is made of.
package main

import (
	"os"

	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/abort"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/undo"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/options"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

func main() {
	o := options.NewArgoRolloutsOptions(genericclioptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr})
	cmd := &cobra.Command{Use: "kubectl-argo-rollouts", SilenceUsage: true, PersistentPreRunE: o.PersistentPreRunE}
	o.AddKubectlFlags(cmd)
	cmd.AddCommand(abort.NewCmdAbort(o), undo.NewCmdUndo(o))
	if cmd.Execute() != nil {
		os.Exit(1)
	}
}
