package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/tasks/nginx"
	"odooctl/tasks/odoo"
)

func newSecret(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "secret",
		Short: "Keep secrets in an encrypted file beside the inventory",
		Long: `Keep secrets in an encrypted file beside the inventory, for values such as
{secret: mycompany/db}. The file is encrypted with age to everybody whose public key is
in the list beside it. Your own key is $ODOOCTL_IDENTITY, or
~/.config/odooctl/identity.txt, which is created when the first secret is set.

Exit status: 0 done, 1 failed.`,
	}
	c.AddCommand(newSecretSet(u), newSecretShow(u), newSecretList(u), newSecretDelete(u))
	return c
}

func newSecretSet(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "set INVENTORY SECRET",
		Short: "Add or replace a secret; the value is asked for, or read from standard input",
		Example: `odooctl secret set mycompany/db # asks for the value
pass show db | odooctl secret set mycompany/db`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return runSecretSet(c.Context(), u, args[0], args[1]) },
	}
}

func newSecretShow(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "show INVENTORY SECRET",
		Short: "Print the value of a secret",
		Example: `odooctl secret show mycompany/db
odooctl secret show -i acme.yaml acme/admin`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := u.secrets(args[0])
			if err != nil {
				return err
			}
			value, err := s.Get(args[1])
			if err == nil {
				_, err = fmt.Fprintln(u.files[0], value)
			}
			return err
		},
	}
}

func newSecretList(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "list INVENTORY",
		Short: "Show the names of the secrets, never their values",
		Example: `odooctl secret list
odooctl secret list -i acme.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := u.secrets(args[0])
			if err != nil {
				return err
			}
			for _, name := range s.Names() {
				u.printf("%s\n", name)
			}
			return nil
		},
	}
}

func newSecretDelete(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "delete INVENTORY SECRET",
		Short: "Remove a secret",
		Example: `odooctl secret delete mycompany/db
odooctl secret delete -i acme.yaml acme/admin`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := u.secrets(args[0])
			if err == nil {
				err = s.Delete(args[1])
			}
			if err == nil {
				err = s.Save()
			}
			return err
		},
	}
}

func runSecretSet(ctx context.Context, u *ui, file, name string) error {
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	s, err := u.secretsToWrite(inv)
	if err != nil {
		return err
	}
	value, err := u.value(ctx, "value of "+name)
	if err != nil {
		return err
	}
	if err := s.Set(name, value); err != nil {
		return err
	}
	return s.Save()
}

// secretsToWrite opens the encrypted file of an inventory, and creates the identity for
// the first secret in it.
func (u *ui) secretsToWrite(inv *inventory.Inventory) (*inventory.Secrets, error) {
	if !exists(inv.SecretsFile()) {
		made, err := u.machine().MakeIdentity()
		if err != nil {
			return nil, err
		}
		if made {
			fmt.Fprintf(u.err, "made %s: keep a copy of it in a safe place; without it the secrets cannot be read\n",
				u.machine().IdentityFile())
		}
	}
	return inventory.OpenSecrets(inv.SecretsFile(), u.machine())
}

// keep writes the passwords that planning has generated into the encrypted file.
func (u *ui) keep(inv *inventory.Inventory) error {
	names := inv.Made()
	if len(names) == 0 {
		return nil
	}
	s, err := u.secretsToWrite(inv)
	if err == nil {
		err = inv.Keep(s)
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		fmt.Fprintf(u.err, "made %s, kept in %s: odooctl secret show %s %s prints it\n", name, inv.SecretsFile(), inv.File,
			name)
	}
	return nil
}

// value asks for a secret on a terminal, or else takes the first line of standard input.
// It never comes from an argument, which every user of the machine can see.
func (u *ui) value(ctx context.Context, question string) (string, error) {
	if u.tty != nil && isTerm(u.in) {
		return u.hidden(ctx, question+": ")
	}
	line, err := bufio.NewReader(u.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("read the value from standard input: it is empty (%v)", err)
	}
	return line, nil
}

// secrets opens the encrypted file of an inventory.
func (u *ui) secrets(file string) (*inventory.Secrets, error) {
	inv, err := u.load(file)
	if err != nil {
		return nil, err
	}
	return inventory.OpenSecrets(inv.SecretsFile(), u.machine())
}

// machine is what an inventory needs of the operator's machine.
func (u *ui) machine() inventory.Options {
	home, _ := os.UserHomeDir()
	return inventory.Options{Env: u.env, Home: home, Rand: rand.Reader, Filter: odoo.CheckFilter,
		Location: nginx.CheckLocation}
}
