# What a hostile owner of folders does while root works there: for so many seconds, as
# fast as it can, it plants links at every name that it sees or can guess.
#
# links.pl SECONDS names|swaps VICTIM,... FOLDER...
#
# names: what appears in the folders and was not there first is taken away, and a link
# to a victim stands in its place; links wait at names that process lists show, and at
# those that are made from a file's own. swaps: the files and folders that were there
# first are exchanged for links to victims and back, so that a path that was looked at
# leads elsewhere when it is used. At its end all that it planted is gone.
use strict;
use warnings;
use POSIX qw(mkfifo _exit);

my ($seconds, $mode, $list, @folders) = @ARGV;
my @victims = split /,/, $list;
my ($end, $turn, %first, %planted) = (time + $seconds, 0);
$SIG{TERM} = sub { $end = 0 };

for my $folder (@folders) {
	opendir my $d, $folder or die "$folder: $!\n";
	$first{"$folder/$_"} = 1 for grep { !/^\.\.?$/ } readdir $d;
}

# victim leads to a file, or for a folder's name to the folder of one.
sub victim {
	my $v = $victims[$turn++ % @victims];
	$v =~ s{/[^/]*$}{} if $_[0];
	return $v;
}

# plant puts something at a name that is free: mostly links of both kinds.
sub plant {
	my ($name, $folder) = @_;
	my $kind = $turn % 8;
	my $done = $kind == 7 ? mkfifo($name, 0666)
		: $kind == 6 ? link(victim(0), $name) || symlink(victim(0), $name)
		: symlink(victim($folder || $kind == 5), $name);
	$planted{$name} = 1 if $done;
}

# take gets rid of what root has just made, under any name.
sub take {
	my $name = shift;
	my $folder = -d $name && !-l $name;
	if ($folder) { rename $name, "$name.taken" and $planted{"$name.taken"} = 1 }
	else { unlink $name }
	plant($name, $folder);
}

sub watch_names {
	for my $folder (@folders) {
		opendir my $d, $folder or next;
		for my $entry (readdir $d) {
			my $name = "$folder/$entry";
			next if $entry =~ /^\.\.?$|\.taken$/ || $first{$name} || $planted{$name} && -l $name;
			take($name);
		}
	}
}

# watch_processes reads which paths and runs the command lines on the host name.
sub watch_processes {
	my %runs;
	for my $file (glob '/proc/[0-9]*/cmdline') {
		open my $f, '<', $file or next;
		local $/;
		my $line = <$f> // '';
		next if index($line, 'links.pl') >= 0;
		$runs{$1} = 1 while $line =~ m{(?:odooctl-|runs/)([0-9A-Za-z-]+)}g;
		for my $word (split /[\0\s'"]+/, $line) {
			for my $folder (@folders) {
				plant($word, 0) if index($word, "$folder/") == 0 && !-e $word && !-l $word;
			}
		}
	}
	for my $name (grep { !-d } keys %first) {
		my ($folder, $base) = $name =~ m{^(.*)/([^/]*)$};
		for my $guess ("$name.odooctl", map { "$folder/.$base.odooctl-$_" } keys %runs) {
			plant($guess, 0) if !-l $guess && !-e $guess;
		}
	}
}

# swap exchanges what was there first for a link, for a moment.
sub swap {
	for my $name (keys %first) {
		my $away = "$name.taken";
		rename $name, $away or next;
		symlink victim(-d $away), $name;
		select undef, undef, undef, rand 0.003;
		unlink $name if -l $name;
		rename $away, $name or warn "$name: $!\n";
		select undef, undef, undef, rand 0.006;
	}
}

my $child = $mode eq 'names' ? fork : undef; # names are watched by two, to be faster
while (time < $end) {
	if ($mode eq 'swaps') { swap() }
	elsif ($child) { watch_names() }
	else { watch_processes() }
}
for my $name (keys %planted) { -d $name && !-l $name ? system('rm', '-rf', $name) : unlink $name }
_exit 0 if defined $child && !$child;
waitpid $child, 0 if $child;
